export { eagerBackend } from './eagerBackend.ts';
export { assertExactResume, saveNoisePictures, type ExactResumeOptions } from './exactResume.ts';
export { playOneStep } from './playOneStep.ts';
export { meanColour, type MeanColourConfig } from './meanColour.ts';
export { channelsLast, unpack, unpackImages, unpackState, type Packed } from './torchFixtures.ts';
