export { saveContactSheets, type ContactSheetOptions } from './contactSheets.ts';
export { findOwnFonts, openChoice, type FontChoice } from './fontChoice.ts';
export { findPackagedFonts } from './fontPackages.ts';
export { fontSetNames, fontSets, type FontSet, type FontSetName } from './fontSets.ts';
export { prepareGlyphs, type PreparedGlyphs, type PrepareGlyphsOptions } from './prepareGlyphs.ts';
