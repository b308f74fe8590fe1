export { excerptGlyphs } from './excerptGlyphs.ts';
export {
  writeGlyphFile,
  type GlyphFileContent,
  type GlyphIndex,
  type PackedGlyph,
} from './glyphFile.ts';
export { splitNames, type GlyphFont, type GlyphHeader, type SplitName } from './glyphHeader.ts';
export {
  glyphPairBatches,
  glyphTensor,
  readPairs,
  referenceChooser,
  toGreyLevels,
  type GlyphPairBatch,
  type GlyphPairBatchOptions,
} from './glyphPairBatches.ts';
export {
  glyphFileName,
  decodeGlyphs,
  openGlyphs,
  type GlyphDataset,
  type GlyphPair,
  type GlyphPart,
  type GlyphPlace,
} from './openGlyphs.ts';
