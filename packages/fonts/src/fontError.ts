/**
 * Something the user can mend, such as a damaged font file: the message says what is concerned,
 * what was expected, what was received and what to do next.
 */
export class FontError extends Error {
  override name = 'FontError';
}
