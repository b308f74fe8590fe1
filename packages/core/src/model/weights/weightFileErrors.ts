import { UserError } from '@gan-zoo/compiler';
import { shortReason, systemErrorCode } from '../../base/files/systemErrors.ts';

/** What messages say about the file that is being read. */
export interface FileContext {
  /** The path, or another name for the bytes. */
  readonly file: string;
  /** The last sentence: what to do about a bad file. */
  readonly advice: string;
}

/** The context of a weight file that the user named. */
export const weightFile = (file: string): FileContext => ({
  file,
  advice: 'Copy or download it again, or use another file.',
});

/** The error for a file whose content is not what it should be. */
export const badFile = (context: FileContext, problem: string): UserError =>
  new UserError(`${context.file}: ${problem}. ${context.advice}`);

/** Turns a refusal of the operating system into a UserError; anything else is passed through. */
export function readingError(file: string, error: unknown): unknown {
  if (systemErrorCode(error) === undefined) return error;
  return new UserError(
    `${file}: could not read the file: ${shortReason(error)}. Check the path and its permissions.`,
    { cause: error },
  );
}

/** `[64, 3, 4, 4]`, for messages. */
export const formatShape = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
