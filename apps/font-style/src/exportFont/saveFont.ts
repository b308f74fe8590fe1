import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { savePng, writeFileAtomically } from '@gan-zoo/core';
import type { ExportedFont, ExportNames, IndependentCheck } from '@gan-zoo/fonts';
import { chooseText, languageOf } from '../generate/chooseText.ts';
import { fontSpecimen } from '../specimen/index.ts';
import { fontPicture } from './fontPicture.ts';

/** What the report says besides. */
export interface FontFacts {
  readonly names: ExportNames;
  /** Characters that the source font lacks. */
  readonly missing: readonly string[];
  readonly checks: readonly IndependentCheck[];
}

/**
 * Writes a font, and beside it specimens (`.html`, `.png`).
 *
 * @param path absolute, ends in `.otf`; its folder is made
 */
export async function saveFont(
  path: string,
  { bytes, outlines }: ExportedFont,
  { family }: ExportNames,
): Promise<void> {
  const characters = outlines.map(({ codepoint }) => String.fromCodePoint(codepoint));
  const { text } = await chooseText({}, characters);
  const page = { title: family, font: bytes, text, characters, language: languageOf(text) };
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomically(path, bytes, 'the font');
  await writeFileAtomically(beside(path, '.html'), fontSpecimen(page), 'the specimen');
  await savePng(beside(path, '.png'), fontPicture({ font: bytes, text, characters }));
}

/** Writes what became of a font's pictures beside it (`.json`). */
export async function saveFontReport(
  path: string,
  { report }: ExportedFont,
  { names, ...facts }: FontFacts,
): Promise<void> {
  const content = { font: names, ...report, ...facts };
  const json = `${JSON.stringify(content, null, 2)}\n`;
  await writeFileAtomically(beside(path, '.json'), json, 'the report');
}

const beside = (path: string, extension: string): string =>
  `${path.slice(0, -'.otf'.length)}${extension}`;
