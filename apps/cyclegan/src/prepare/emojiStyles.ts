/** The styles that emoji are drawn in: A and B. */
export const styles = ['flat', 'solid'] as const;

/** A value of {@link styles}. */
export type Style = (typeof styles)[number];
