import { basename } from 'node:path';
import { UserError, type CommandContext } from '@gan-zoo/core';
import type { GlyphDataset, PackedGlyph } from '../glyphData/index.ts';
import {
  findOwnFonts,
  drawChoice,
  packPicture,
  unusedId,
  type FontFacts,
} from '../prepare/index.ts';
import { readGlyphPictures } from './readGlyphPictures.ts';

/** A style to learn, with glyphs of it. */
export interface NewStyle {
  /** The option that named it. */
  readonly option: '--font' | '--glyphs';
  readonly facts: FontFacts;
  /** By character; an advance width is absent where pictures do not tell it. */
  readonly glyphs: ReadonlyMap<
    string,
    Omit<PackedGlyph, 'advance'> & { readonly advance?: number }
  >;
}

/**
 * Draws a font's glyphs of all characters of a data set, in its size and layout.
 *
 * @param path absolute
 * @param index which font of a collection
 * @throws FontError when there is no such font, or it is damaged
 * @throws UserError when the path holds several
 */
export async function styleOfFont(
  path: string,
  index: number,
  { header, characters, imageSize, fonts }: GlyphDataset,
  { signal, progress }: CommandContext,
): Promise<NewStyle> {
  const choices = await findOwnFonts([path], { index }, new Set([fonts[0]!.id]));
  if (choices.length > 1) {
    const names = choices.slice(0, 3).map(({ name }) => name);
    throw new UserError(
      `--font: expected one font, received ${choices.length} in ${path} (${names.join(', ')}` +
        `${choices.length > 3 ? ', …' : ''}). Name a single file.`,
    );
  }
  const total = characters.length;
  const shown = progress({ label: 'Drawing', unit: 'glyphs', total });
  const drawn = await drawChoice(choices[0]!, characters, {
    ...{ imageSize, layout: header.layout, signal },
    onProgress: (done) => shown.update(done),
  });
  shown.stop();
  const glyphs = characters.flatMap((character, place) => {
    const glyph = drawn.glyphs[place];
    return glyph === undefined ? [] : [[character, glyph] as const];
  });
  return { option: '--font', facts: drawn.facts, glyphs: new Map(glyphs) };
}

/**
 * Reads a style off pictures of its glyphs, see {@link readGlyphPictures}. They are taken to stand
 * in their frames as those of the source font do.
 *
 * @param folder absolute path
 */
export async function styleOfPictures(
  folder: string,
  { imageSize, fonts }: GlyphDataset,
  context: CommandContext,
): Promise<NewStyle> {
  const { pictures, inverted, skipped } = await readGlyphPictures(folder, imageSize, context);
  for (const { path, reason } of skipped.slice(0, 10)) context.log(`Skipped ${path}: ${reason}`);
  context.log(
    `Pictures: ${pictures.size - inverted} dark on light, ${inverted} light on dark` +
      `${inverted === 0 ? '' : ' (inverted)'}, ${skipped.length} skipped`,
  );
  const { placement, id } = fonts[0]!;
  const name = basename(folder);
  const facts: FontFacts = {
    ...{ id: unusedId(name, new Set([id])), name, origin: name, placement },
    licence: { text: '', url: '', copyright: '', files: [] },
    dropped: { missing: '', broken: '', blank: '', notdef: '', repeated: '' },
    clipped: '',
  };
  const glyphs = [...pictures].map(
    ([character, pixels]) => [character, { bytes: packPicture(pixels) }] as const,
  );
  return { option: '--glyphs', facts, glyphs: new Map(glyphs) };
}
