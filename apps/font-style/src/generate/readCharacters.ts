import type { CommandContext } from '@gan-zoo/core';
import { sourceGlyphs, type SourceGlyphs } from '../drawing/index.ts';
import type { GlyphDataset } from '../glyphData/index.ts';
import { chooseText, type TextOptions } from './chooseText.ts';

/** Where characters come from; paths as the user wrote them. */
export interface CharacterOptions extends TextOptions {
  /** The source font's file. */
  readonly source?: string | undefined;
}

/** Most characters that are listed. */
const mostListed = 200;

/**
 * Chooses a text and finds its characters as a network's inputs; tells what is missing.
 *
 * @throws UserError as `chooseText` and `sourceGlyphs`, also when not one can be found
 */
export async function readCharacters(
  { source, charsetFile, ...options }: CharacterOptions,
  glyphs: GlyphDataset,
  context: Pick<CommandContext, 'log' | 'signal' | 'resolvePath'>,
): Promise<{ readonly text: string; readonly source: SourceGlyphs }> {
  const { resolvePath, log } = context;
  const { text, characters } = await chooseText(
    { ...options, charsetFile: charsetFile && resolvePath(charsetFile) },
    glyphs.characters,
  );
  const found = await sourceGlyphs({
    ...{ glyphs, characters, context },
    source: source && resolvePath(source),
  });
  const { missing } = found;
  if (missing.length > 0) {
    const list = missing.slice(0, mostListed).join('');
    const more = missing.length > mostListed ? '…' : '';
    log(`Left out, ${missing.length} of ${characters.length} characters: ${list}${more}`);
  }
  return { text, source: found };
}
