import { readFile } from 'node:fs/promises';
import { explainFileError, UserError } from '@gan-zoo/core';
import { charactersOf, charset, type CharsetName } from '@gan-zoo/fonts';

/** Where characters come from; several places add up. */
export interface CharacterChoice {
  readonly names?: readonly CharsetName[] | undefined;
  /** Absolute path of a text file in UTF-8. */
  readonly file?: string | undefined;
  readonly text?: string | undefined;
}

/**
 * Collects characters from named sets, a file and a text, each once and in this order.
 *
 * @throws UserError when the file cannot be read or is not UTF-8, or nothing is left
 */
export async function chooseCharacters(choice: CharacterChoice): Promise<readonly string[]> {
  const named = (choice.names ?? []).flatMap(charset);
  const read = choice.file === undefined ? '' : await readText(choice.file);
  const characters = charactersOf([...named, read, choice.text ?? ''].join(''));
  if (characters.length > 0) return characters;
  throw new UserError(
    `characters: expected at least one that can be drawn, received none` +
      `${choice.file === undefined ? '' : ` in ${choice.file}`}. ` +
      'Give others with --charset, --charset-file or --text.',
  );
}

async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw explainFileError(error, 'read the characters', path);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(
      `characters: expected ${path} to be a text in UTF-8, received other bytes. ` +
        'Save it as UTF-8.',
    );
  }
}
