export { writeGlyphFile, type PackedGlyph } from './glyphFile.ts';
export { splitNames, type GlyphFont, type GlyphHeader, type SplitName } from './glyphHeader.ts';
export {
  glyphPairBatches,
  readPairs,
  toTensorRange,
  type GlyphPairBatch,
  type GlyphPairBatchOptions,
} from './glyphPairBatches.ts';
export {
  glyphFileName,
  openGlyphs,
  type GlyphDataset,
  type GlyphPair,
  type GlyphPart,
  type GlyphPlace,
} from './openGlyphs.ts';
