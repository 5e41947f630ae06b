const reasons: { readonly [code: string]: string } = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder does not exist',
  EISDIR: 'it is a folder, not a file',
  EACCES: 'this user may not write to it',
  EPERM: 'this user may not write to it',
  EROFS: 'its disk is read-only',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'its name is too long',
};

/** Why a file cannot be created, to follow its name in a message; `undefined` when it is not an error of the system. */
export function explainFileError(error: unknown): string | undefined {
  const code = String((error as NodeJS.ErrnoException).code);
  return reasons[code] ?? (/^E[A-Z\d]+$/.test(code) ? `the system reports ${code}` : undefined);
}
