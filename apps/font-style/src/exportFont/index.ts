export { buildFont, unitsPerEm, type BuildFontOptions, type ExportNames } from './buildFont.ts';
export {
  checkGlyph,
  leastIou,
  type GlyphCheck,
  type GlyphFault,
  type GlyphFaultKind,
} from './checkGlyph.ts';
export {
  cleanPicture,
  inkThreshold,
  leastHoleArea,
  leastInkArea,
  type CleanPicture,
} from './cleanPicture.ts';
export { exportFont, type ExportedFont, type ExportFontOptions } from './exportFont.ts';
export { formatExportReport, type ExportReport, type GlyphFailure } from './exportReport.ts';
export { isFullWidth } from './glyphWidth.ts';
export {
  traceGlyph,
  type GlyphPicture,
  type OutlineStep,
  type TracedGlyph,
  type TraceOptions,
} from './traceGlyph.ts';
