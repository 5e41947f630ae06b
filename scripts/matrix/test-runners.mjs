import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { execute, manifestOf } from '../packages/install.mjs';
import { withStage } from './steps.mjs';

/** Suites of consumers, against a real server: what they do with the mock is `mock-matrix.mjs`. */
const runners = {
  vitest: {
    title: 'Vitest',
    // The newest of the line that runs on every Node that we do.
    range: 'vitest@4',
    parameters: ['vitest', 'run', 'chat.vitest.test.mjs'],
  },
  jest: {
    title: 'Jest',
    range: 'jest@30',
    parameters: ['jest', 'chat.jest.test.cjs'],
    async prepare(project) {
      const options = { entryPoints: [join(project, 'suite.mjs')], format: 'cjs' };
      await build({ ...options, outfile: join(project, 'suite.cjs') });
      const configuration = { testMatch: ['**/*.jest.test.cjs'], transform: {} };
      await writeFile(join(project, 'jest.config.json'), JSON.stringify(configuration));
    },
  },
};

export const testRunnerRows = Object.entries(runners).map(([name, runner]) => ({
  name,
  title: runner.title,
  async run({ projects, prove }) {
    const project = await projects.create(name, [runner.range]);
    const { version } = await manifestOf(project, name);
    await runner.prepare?.(project);
    await withStage({ project }, (said) =>
      prove({ version, how: `a test, on Node ${process.versions.node}` }, async () => {
        const env = { PATH: process.env.PATH, CHAT_STAGE: said, CI: 'true', NO_COLOR: '1' };
        const options = { cwd: project, env, timeout: 90_000 };
        // Jest waits for what the test left open. Vitest ends whatever is left: its test looks for it by itself.
        await execute('npx', ['--no-install', ...runner.parameters], options);
        return 'passed';
      }),
    );
  },
}));
