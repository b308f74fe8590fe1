/**
 * Something the user can mend: the message says who complains, what was expected, what was
 * received and what to do next. A command line prints it without a stack and exits 1.
 */
export class UserError extends Error {
  override name = 'UserError';
}

/** A wrong flag, value or combination of options. A command line exits 2. */
export class UsageError extends UserError {
  override name = 'UsageError';
}
