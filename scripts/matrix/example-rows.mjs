// The chat pages of the examples in every browser that is tested.
import { installExample } from '../lib/examples.mjs';
import { run } from '../lib/run.mjs';
import { browsers, versionOf } from './browsers.mjs';

const exampleRow = (browser, example) => ({
  name: `${browser}-${example}`,
  title: browsers[browser].title,
  slow: true,
  prepare: ({ project, tarballs }) =>
    installExample(example, project, tarballs, browsers[browser].packages),
  async run({ project, check }) {
    await check(await versionOf(browser), `the example ${example}`, async () => {
      const env = { CHAT_BROWSER: browser, NEXT_TELEMETRY_DISABLED: '1', NO_COLOR: '1' };
      const { stdout } = await run('npm', ['test'], { cwd: project, env, timeoutMs: 1_800_000 });
      return `${/^\S+ pass (\d+)$|^ +Tests +(\d+) passed/m.exec(stdout)?.slice(1).join('')} scenarios`;
    });
  },
});

const chatPages = ['vue-chat', 'svelte-chat', 'ai-sdk-chat', 'browser-chat'];

export const exampleRows = [
  exampleRow('chromium', 'nextjs-chat'),
  ...chatPages.map((example) => exampleRow('firefox', example)),
  ...chatPages.map((example) => exampleRow('webkit', example)),
];
