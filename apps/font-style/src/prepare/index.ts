export { saveContactSheets, type ContactSheetOptions } from './contactSheets.ts';
export { drawChoice, packPicture, type DrawnChoice, type DrawChoiceOptions } from './drawChoice.ts';
export { findOwnFonts, openChoice, unusedId, type FontChoice } from './fontChoice.ts';
export { findPackagedFonts } from './fontPackages.ts';
export { fontSetNames, fontSets, type FontSet, type FontSetName } from './fontSets.ts';
export { findPrepared } from './glyphRecipe.ts';
export { holdBackCharacters } from './splitGlyphs.ts';
export { writeGlyphSet, type FontFacts, type GlyphSet } from './writeGlyphSet.ts';
export { prepareGlyphs, type PreparedGlyphs, type PrepareGlyphsOptions } from './prepareGlyphs.ts';
