// The chat pages of the examples in every browser that is tested.
import { installExample } from '../lib/examples.mjs';
import { run } from '../lib/run.mjs';

/** `debian`: the package of the browser; `packages`: from npm, to control it. */
const browsers = {
  chromium: { title: 'Chromium', debian: 'chromium', packages: [] },
  firefox: { title: 'Firefox', debian: 'firefox-esr', packages: ['puppeteer-core@24'] },
  webkit: {
    title: 'WebKitGTK',
    debian: 'webkit2gtk-driver',
    packages: ['selenium-webdriver@4'],
  },
};

const exampleRow = (browser, example) => ({
  name: `${browser}-${example}`,
  title: browsers[browser].title,
  slow: true,
  prepare: ({ project, tarballs }) =>
    installExample(example, project, tarballs, browsers[browser].packages),
  async run({ project, check }) {
    const { stdout } = await run('dpkg-query', ['--status', browsers[browser].debian]);
    const version = /^Version: ([\d.]+)/m.exec(stdout)?.[1];
    await check(version, `the example ${example}`, async () => {
      const env = { CHAT_BROWSER: browser, NEXT_TELEMETRY_DISABLED: '1' };
      const { stdout } = await run('npm', ['test'], { cwd: project, env, timeoutMs: 1_800_000 });
      return `${/^\S+ pass (\d+)$/m.exec(stdout)?.[1]} scenarios`;
    });
  },
});

const chatPages = ['vue-chat', 'svelte-chat', 'ai-sdk-chat'];

export const exampleRows = [
  exampleRow('chromium', 'nextjs-chat'),
  ...chatPages.map((example) => exampleRow('firefox', example)),
  ...chatPages.map((example) => exampleRow('webkit', example)),
];
