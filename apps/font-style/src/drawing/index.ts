export { createGlyphDrawer, type DrawOptions, type GlyphDrawer } from './glyphDrawer.ts';
export {
  findStyle,
  loadStyles,
  placementAt,
  type LoadedStyles,
  type TrainedStyle,
} from './loadStyles.ts';
export { sourceGlyphs, type SourceGlyphs, type SourceOptions } from './sourceGlyphs.ts';
export { stylePictures, type StylePictures } from './stylePictures.ts';
export type { StyleVector } from './styleVectors.ts';
