import { createHash } from 'node:crypto';

/** Draws the choices that make up one avatar; each named choice is independent of the others. */
export interface Chooser {
  /** Text for DiceBear's own generator, which picks everything that is not chosen here. */
  readonly seed: string;
  /** Returns one member of a list of at least one, always the same for the same name and list. */
  readonly choose: <T>(name: string, list: readonly [T, ...T[]]) => T;
}

/**
 * Makes the chooser of one avatar.
 *
 * DiceBear's hash of a seed is weak: consecutive numbers share most of their first picks, so that
 * neighbouring avatars look alike. SHA-256 of the key breaks that tie. Naming every choice means
 * that a style can gain a choice without changing the others.
 *
 * @param key what identifies the avatar, for instance `lorelei/0/17`
 */
export function createChooser(key: string): Chooser {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return {
    seed: digest(key).toString('hex'),
    choose: (name, list) => {
      const fraction = digest(`${key}/${name}`).readUInt32BE(0) / 2 ** 32;
      return list[Math.floor(fraction * list.length)] ?? list[0];
    },
  };
}
