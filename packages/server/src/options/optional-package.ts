/** A feature needs an optional package that is not installed. The message names both. */
export class MissingPackageError extends Error {
  override readonly name = 'MissingPackageError';
}

interface OptionalPackage {
  /** At the beginning of a sentence. */
  readonly feature: string;
  readonly name: string;
  readonly major: number;
}

/**
 * Imports a module that needs an optional package, which only users of the feature install.
 * @throws {MissingPackageError} when the package is not installed
 */
export async function loadWith<Module>(
  { feature, name, major }: OptionalPackage,
  load: () => Promise<Module>,
): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if (!isMissing(error, name)) throw error;
    throw new MissingPackageError(
      `${feature} needs the package "${name}". Install it: npm install ${name}@${major}`,
      { cause: error },
    );
  }
}

/** Not a package that the package itself needs: then its installation is damaged. */
function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  // For `import` and for the `require` of the CommonJS build.
  const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  return missing && new RegExp(`(package|module) '${name}'`).test(message);
}
