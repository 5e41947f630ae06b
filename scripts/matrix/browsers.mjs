import { executablePathOf } from '../../examples/chat-page-test/browsers/index.mjs';
import { drivers } from '../lib/browser-drivers.mjs';
import { run } from '../lib/run.mjs';

/** It has no such option. */
const webkitVersion = ['dpkg-query', ['--status', 'webkit2gtk-driver']];
const byOption = (name) => [executablePathOf(name), ['--version']];
const driver = ({ name, version }) => `${name}@${version}`;

/** `packages`: from npm, to control the browser. */
export const browsers = {
  chromium: { title: 'Chromium', version: byOption('chromium'), packages: [] },
  firefox: {
    title: 'Firefox',
    version: byOption('firefox'),
    packages: [driver(drivers.firefox)],
  },
  webkit: { title: 'WebKitGTK', version: webkitVersion, packages: [driver(drivers.webkit)] },
};

export async function versionOf(browser) {
  const { stdout } = await run(...browsers[browser].version);
  return /\d+\.[\d.]+/.exec(stdout)?.[0];
}
