import { describe, expect, it } from 'vitest';
import { loadWith, MissingPackageError } from './optional-package.js';

const postgres = { feature: 'PostgreSQL', name: 'pg', major: 8 };

function failing(code: string, message: string) {
  return () => Promise.reject(Object.assign(new Error(message), { code }));
}

describe('loadWith', () => {
  it('returns the module', async () => {
    expect(await loadWith(postgres, async () => 'the module')).toBe('the module');
  });

  it.each([
    ['import', 'ERR_MODULE_NOT_FOUND', "Cannot find package 'pg' imported from /app/a.js"],
    ['require', 'MODULE_NOT_FOUND', "Cannot find module 'pg'\nRequire stack:\n- /app/a.cjs"],
  ])('names a package that %s does not find, and how to install it', async (_, code, message) => {
    const error = await loadWith(postgres, failing(code, message)).catch((reason) => reason);
    expect(error).toBeInstanceOf(MissingPackageError);
    expect(error.message).toBe('PostgreSQL needs the package "pg". Install it: npm install pg@8');
    expect(error.cause.message).toBe(message);
  });

  it.each([
    [
      'ERR_MODULE_NOT_FOUND',
      "Cannot find package 'pg-pool' imported from /app/node_modules/pg/a.js",
    ],
    ['ERR_DLOPEN_FAILED', "The module 'pg' is not valid"],
  ])('passes on other errors: %s', async (code, message) => {
    await expect(loadWith(postgres, failing(code, message))).rejects.toMatchObject({
      code,
      message,
    });
  });
});
