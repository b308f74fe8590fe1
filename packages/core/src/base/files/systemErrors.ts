const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'not found',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than allowed',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  ELOOP: 'too many symbolic links in a row',
  ENAMETOOLONG: 'the name is too long',
};

/** The code of a failed system call such as `ENOSPC`, or undefined for any other error. */
export function systemErrorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Says in a few words, on one line, why something failed: for lists and messages. */
export function shortReason(error: unknown): string {
  const known = REASONS[systemErrorCode(error) ?? ''];
  if (known !== undefined) return known;
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split('\n', 1)[0]!.replace(/:$/, '');
}
