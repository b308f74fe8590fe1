export { openFontFile, readFontFile, type FontFile, type FontFileOptions } from './fontFile.ts';
export type { FontNames } from './fontNames.ts';
export type { FontMetrics } from './fontTables.ts';
export { listFontFiles, openFont, openFonts, type Font } from './openFonts.ts';
export type { Outline, OutlineCommand, Variation } from './outlineParser.ts';
