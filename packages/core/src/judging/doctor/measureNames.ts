/** Measures of drawn pictures, logged as `<measure>/<name of the pictures>`. */
export const pictureMeasures = [
  'diversity',
  'distinctness',
  'contrast',
  'change',
  'checkerboard',
  'correlation',
] as const;

/** Measures of a discriminator, logged as `<measure>/<name of the discriminator>`. */
export const discriminatorMeasures = ['overfitting', 'overfittingError'] as const;

/** Everything that the doctor measures at a look. */
export type DoctorMeasure =
  (typeof pictureMeasures)[number] | (typeof discriminatorMeasures)[number];

/** The metric that holds a measure of one subject: `diversity/fakeImages`. */
export const measureKey = (measure: DoctorMeasure, subject: string): string =>
  `${measure}/${subject}`;
