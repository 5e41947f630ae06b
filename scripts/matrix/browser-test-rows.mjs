// The tests of the client in a page, from the sources of the repository. In Chromium `npm test` runs them.
import { run } from '../lib/run.mjs';
import { browsers, versionOf } from './browsers.mjs';

const tests = {
  client: {
    title: 'tests of the store, its frameworks, streams, the AI SDK',
    paths: ['react', 'frameworks/conversation', 'ai-sdk', 'streaming/page'],
  },
  tabs: { title: 'tests of tabs', paths: ['tabs'] },
  outage: {
    title: 'a page whose server is away for 200 s',
    paths: ['outage'],
    env: { CHAT_OUTAGE_SECONDS: '200' },
  },
  mock: {
    title: 'tests of the mock',
    paths: ['conformance/browser', 'mock-behaviour/browser', 'mock-process/browser.test'],
  },
};

const testRow = (browser, name) => ({
  name: `${browser}-${name}`,
  title: browsers[browser].title,
  slow: true,
  prepare: () => {},
  run: async ({ check }) => {
    const { title, paths, env } = tests[name];
    await check(await versionOf(browser), title, async () => {
      const files = paths.map((path) => `test/${path}`);
      const { stdout } = await run('vitest', ['run', '--config', 'vitest.workspace.ts', ...files], {
        env: { ...env, CHAT_BROWSER: browser, CI: 'true', NO_COLOR: '1' },
        timeoutMs: 1_800_000,
      });
      // Without the bar, which would end a cell of the table.
      return /^ +Tests +(.+?)(?: \(\d+\))?$/m.exec(stdout)?.[1].replace(' |', ',');
    });
  },
});

// The conformance suite of the mock does not end in WebKitGTK, for a reason that is not known yet.
export const browserTestRows = ['firefox', 'webkit'].flatMap((browser) =>
  Object.keys(tests)
    .filter((name) => browser !== 'webkit' || name !== 'mock')
    .map((name) => testRow(browser, name)),
);
