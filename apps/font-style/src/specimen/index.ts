export { fontSpecimen, type FontSpecimenOptions } from './fontSpecimen.ts';
export type { PictureFont } from './glyphSheet.ts';
export {
  pictureSpecimen,
  stylesSpecimen,
  type PictureSpecimenOptions,
  type SpecimenSection,
  type StylesSpecimenOptions,
} from './pictureSpecimen.ts';
export { specimenPage, type SpecimenPage, type SpecimenPageOptions } from './specimenPage.ts';
