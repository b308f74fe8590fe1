export { disc, drawn, placement } from './drawnPictures.ts';
export { otfBytes, type MadeGlyphs } from './madeFont.ts';
export { realGlyphs, type RealGlyphs } from './realGlyphs.ts';
