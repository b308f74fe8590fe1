import { createRandom, UserError } from '@gan-zoo/core';

/** What {@link chooseSamples} chooses among. */
export interface SampleChoice {
  /** The option that named the style, for messages. */
  readonly option: string;
  /** All that both fonts have. */
  readonly characters: readonly string[];
  /** Characters that the networks have never seen. */
  readonly unseen: ReadonlySet<string>;
  /** Most to learn from. */
  readonly chars: number;
  /** Most to hold back. */
  readonly testChars: number;
  /** Fewest to learn from: a batch. */
  readonly batchSize: number;
  readonly seed: number;
}

/** Places of the chosen characters. */
export interface ChosenSamples {
  readonly training: readonly number[];
  readonly test: readonly number[];
}

/**
 * Chooses characters by the seed, all equally likely, to learn from and to hold back: those that the
 * networks have never seen are held back first. With the same seed more characters to learn from
 * include the fewer, and those held back stay the same as long as there are enough. Where there are
 * not, a tenth is held back.
 *
 * @throws UserError when there are fewer than a batch and one
 */
export function chooseSamples(choice: SampleChoice): ChosenSamples {
  const { option, characters, unseen, chars, testChars, batchSize, seed } = choice;
  const count = characters.length;
  const held = Math.min(testChars, Math.max(count - chars, Math.ceil(count / 10)));
  const learned = Math.min(chars, count - held);
  if (learned < batchSize) {
    throw new UserError(
      `${option}: expected at least ${batchSize} characters to learn from (one batch) besides ` +
        `${held} held back, received ${count} that both fonts have and --chars ${chars}. ` +
        `Give more glyphs, or use a smaller --batch-size.`,
    );
  }
  const order = Array.from(
    createRandom(seed).stream('finetune/characters').at(0).permutation(count),
  );
  const isUnseen = (place: number): boolean => unseen.has(characters[place]!);
  const sorted = [...order.filter((at) => !isUnseen(at)), ...order.filter(isUnseen)];
  return { training: sorted.slice(0, learned), test: sorted.slice(count - held) };
}
