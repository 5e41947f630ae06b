import { download, importFrom } from './packages.mjs';

/** What controls a browser other than Chromium. Few people need it, so it is no dependency of the repository. */
export const drivers = {
  firefox: {
    name: 'puppeteer-core',
    version: 24,
    main: 'lib/esm/puppeteer/puppeteer-core.js',
  },
  webkit: { name: 'selenium-webdriver', version: 4, main: 'index.js' },
};

/** Imports the driver of a browser by the name of its package. */
export async function loadDriver(name) {
  const driver = Object.values(drivers).find((each) => each.name === name);
  if (driver === undefined) return import(name);
  return importFrom(await download(`${name}@${driver.version}`), `${name}/${driver.main}`);
}
