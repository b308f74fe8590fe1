import { UserError } from '@gan-zoo/compiler';
import { createDraws, type RandomDraws } from './draws.ts';
import { hashName } from './hashName.ts';
import { philox4x32, type PhiloxKey } from './philox.ts';

/** All the randomness of a run: one seed, and as many independent streams as it has uses. */
export interface Random {
  readonly seed: number;

  /**
   * A sequence of draws of its own for one use, such as `latents` or `shuffle`.
   *
   * @param name any text; equal names give equal streams
   */
  stream(name: string): RandomStream;
}

/** One named use of randomness, addressed by index: a step, an epoch, the number of an image. */
export interface RandomStream {
  readonly name: string;

  /**
   * The draws that belong to `index`. Nothing is remembered between calls: the same seed, name
   * and index give the same numbers whatever was drawn before, so a resumed run continues exactly
   * where it stopped and work can be shared out in any order.
   *
   * @param index a whole number from 0 to 2^53 - 1
   * @throws UserError for any other index
   */
  at(index: number): RandomDraws;
}

/**
 * Makes the randomness of a run from its seed, with Philox4x32-10 (see {@link philox4x32}): the
 * key is mixed from the seed and the hash of the stream's name, the counter is the index and the
 * place within its draws (up to 2^34 words per index).
 *
 * Integers, uniforms, permutations and Bernoulli draws are the same on every machine. Normals go
 * through `Math.log`, `Math.sin` and `Math.cos`, whose last bit the language leaves open: they are
 * the same wherever V8 runs (Node, Chrome), elsewhere a value may differ by one float32 rounding.
 *
 * @param seed a whole number from 0 to 2^53 - 1
 * @throws UserError for any other seed
 */
export function createRandom(seed: number): Random {
  assertWhole('random: seed', seed);
  return {
    seed,
    stream: (name) => {
      const key = streamKey(seed, name);
      return {
        name,
        at: (index) => {
          assertWhole(`random stream "${name}": index`, index);
          return createDraws(key, index, name);
        },
      };
    },
  };
}

/** Mixes seed and name with Philox itself, so that neither near seeds nor near names show. */
function streamKey(seed: number, name: string): PhiloxKey {
  const words = new Uint32Array(4);
  const seedHigh = Math.floor(seed / 2 ** 32);
  philox4x32([seed % 2 ** 32, seedHigh, 0, 0], hashName(name), words);
  return [words[0]!, words[1]!];
}

function assertWhole(what: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new UserError(
    `${what}: expected a whole number from 0 to 2^53 - 1, received ${String(value)}. ` +
      `Choose one such as 42.`,
  );
}
