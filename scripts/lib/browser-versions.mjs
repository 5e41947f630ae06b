// An esbuild plugin of the builds for pages.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** Replaces modules that have a version for browsers next to them, such as `on-abort.browser.ts`. */
export const browserVersions = {
  name: 'browser versions',
  /** @param {import('esbuild').PluginBuild} build */
  setup(build) {
    build.onResolve({ filter: /^\.+\/.*\.js$/ }, ({ kind, path, resolveDir }) => {
      const version = resolve(resolveDir, path.replace(/\.js$/, '.browser.ts'));
      return kind === 'import-statement' && existsSync(version) ? { path: version } : undefined;
    });
  },
};
