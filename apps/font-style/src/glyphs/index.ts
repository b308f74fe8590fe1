export {
  drawFont,
  dropReasons,
  type DrawFontOptions,
  type DrawnGlyph,
  type DropReason,
  type FontDrawing,
} from './drawFont.ts';
export { inkShare, isBlank } from './glyphInk.ts';
export { createGlyphPainter, type GlyphPainter } from './glyphPainter.ts';
export { outlineBox, type OutlineBox } from './outlineBox.ts';
export { layoutNames, placeFont, type GlyphPlacement, type LayoutName } from './placeFont.ts';
export { readGlyphPicture, type GlyphPictureFile } from './readGlyphPicture.ts';
