/** The changes that DiffAugment knows, in the order in which it makes them. */
export const augmentations = ['color', 'translation', 'cutout'] as const;

/** One of {@link augmentations}. */
export type Augmentation = (typeof augmentations)[number];
