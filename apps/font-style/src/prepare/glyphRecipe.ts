import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { explainFileError } from '@gan-zoo/core';
import { glyphFileName, openGlyphs, type GlyphHeader } from '../glyphData/index.ts';
import type { FontChoice } from './fontChoice.ts';
import type { PrepareGlyphsOptions } from './prepareGlyphsOptions.ts';

/**
 * A hash of all that a data set is made from: options, characters and the contents of the fonts.
 *
 * @throws UserError when a font file cannot be read
 */
export async function recipeOf(options: PrepareGlyphsOptions): Promise<string> {
  const { source, targets, characters, num, imageSize, layout, splitBy, testShare, seed } = options;
  const fonts: string[][] = [];
  for (const choice of [source, ...targets]) fonts.push([choice.id, await contentHash(choice)]);
  const settings = { characters, num, imageSize, layout, splitBy, testShare, seed, fonts };
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex');
}

async function contentHash({ paths, drawnAs }: FontChoice): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(drawnAs));
  for (const path of paths) {
    try {
      for await (const part of createReadStream(path)) hash.update(part as Buffer);
    } catch (error) {
      throw explainFileError(error, 'read the font', path);
    }
  }
  return hash.digest('hex');
}

/** The header of the data set in a folder if it was made by the same recipe and is whole. */
export async function findPrepared(
  folder: string,
  recipe: string,
): Promise<GlyphHeader | undefined> {
  const isThere = await stat(join(folder, glyphFileName)).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isThere) return undefined;
  const dataset = await openGlyphs(folder).catch(() => undefined);
  await dataset?.close();
  return dataset?.header.recipe === recipe ? dataset.header : undefined;
}
