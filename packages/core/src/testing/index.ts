export { assertExactResume, saveNoisePictures, type ExactResumeOptions } from './exactResume.ts';
export { meanColour, type MeanColourConfig } from './meanColour.ts';
