export { fontSpecimen, type FontSpecimenOptions } from './fontSpecimen.ts';
export type { PictureFont } from './glyphSheet.ts';
export { pictureSpecimen, type PictureSpecimenOptions } from './pictureSpecimen.ts';
export { specimenPage, type SpecimenPage, type SpecimenPageOptions } from './specimenPage.ts';
