// The environments, as data. `run` is one of the functions of run-programs.mjs, type-check.mjs and chromium.mjs.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { download, manifestOf, nodeBinary, versionOf } from '../lib/packages.mjs';
import { run } from '../lib/run.mjs';
import { browserTestRows } from './browser-test-rows.mjs';
import { exampleRows } from './example-rows.mjs';
import { faults } from './faulty-server.mjs';
import { nodeBundleRows } from './node-bundles.mjs';
import { pageRow } from './page-rows.mjs';
import { runPrograms } from './run-programs.mjs';
import { checkTypes, programs } from './type-check.mjs';
import { valkeyRow } from './valkey-row.mjs';

const webSockets = { global: 'its own WebSocket', none: 'ws' };
const moduleSystems = { 'run.mjs': 'import', 'run.cjs': 'require()' };
const is64 = process.arch !== 'arm64';

/** Node: both module systems, with its own WebSocket and without. The server runs on the same version. */
function nodeRow(major) {
  // Node 20 has a WebSocket behind a flag.
  const flags = major === '20' ? ['--experimental-websocket', '--no-warnings'] : [];
  const programs = [];
  for (const [file, how] of Object.entries(moduleSystems)) {
    for (const [socket, name] of Object.entries(webSockets)) {
      const env = { CHAT_WEB_SOCKET: socket };
      programs.push({ how: `${how}, ${name}`, parameters: [...flags, file], env });
    }
  }
  for (const fault of Object.keys(faults)) {
    for (const [socket, name] of Object.entries(webSockets)) {
      const how = `${name}, a server that ${fault}`;
      const env = { CHAT_WEB_SOCKET: socket };
      programs.push({ how, parameters: [...flags, 'end.mjs'], env, fault, note: () => 'ends' });
    }
  }
  const runtime = async () => {
    const binary = await nodeBinary(major);
    return { binary, version: await versionOf(binary) };
  };
  return {
    name: `node-${major}`,
    title: 'Node',
    run: runPrograms({ runtime, programs, serverOnRuntime: true }),
  };
}

/**
 * A runtime from npm: `binary` is in a package that the package of the runtime would download in an install script, for
 * Linux with glibc.
 */
const fromRegistry = (name, binary) => async () => {
  const home = await download(name);
  const { version } = await manifestOf(home, name);
  return { binary: join(home, 'node_modules', name, binary), version };
};
const denoFlags = ['run', '--allow-all', '--no-prompt'];

const workerdConfiguration = (server) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker-bundle.js")],
  bindings = [(name = "CHAT_TEST_SERVER", text = ${JSON.stringify(server)})],
  compatibilityDate = "2025-10-01",
);
`;

const nodeVersions = ['20', '22', '24', '26'];

const runtimeRows = [
  ...nodeVersions.map(nodeRow),
  ...nodeBundleRows(nodeVersions),
  {
    name: 'old-runtime',
    title: 'Node',
    run: runPrograms({
      runtime: async () => ({ binary: process.execPath, version: process.versions.node }),
      programs: [
        {
          how: 'without crypto, AbortSignal.any, throwIfAborted, TextEncoder and Web Locks, as old React Native',
          parameters: [
            '--experimental-websocket',
            '--no-warnings',
            '--conditions=react-native',
            'old-runtime.mjs',
          ],
        },
      ],
    }),
  },
  {
    name: 'bun',
    title: 'Bun',
    run: runPrograms({
      runtime: fromRegistry(`@oven/bun-linux-${is64 ? 'x64' : 'aarch64'}`, 'bin/bun'),
      programs: [
        { how: 'import', parameters: ['run.mjs'] },
        { how: 'require()', parameters: ['run.cjs'] },
      ],
    }),
  },
  {
    name: 'deno',
    title: 'Deno',
    run: runPrograms({
      runtime: fromRegistry(`@deno/linux-${is64 ? 'x64' : 'arm64'}-glibc`, 'deno'),
      programs: [
        { how: 'import', parameters: [...denoFlags, 'run.mjs'] },
        { how: 'require()', parameters: [...denoFlags, 'run.cjs'] },
      ],
    }),
  },
  {
    name: 'workerd',
    title: 'workerd',
    run: runPrograms({
      runtime: fromRegistry(`@cloudflare/workerd-linux-${is64 ? '64' : 'arm64'}`, 'bin/workerd'),
      async prepare(project, server) {
        await build({
          entryPoints: [join(project, 'worker.mjs')],
          outfile: join(project, 'worker-bundle.js'),
          bundle: true,
          format: 'esm',
          conditions: ['workerd', 'worker', 'browser'],
          logLevel: 'silent',
        });
        await writeFile(join(project, 'config.capnp'), workerdConfiguration(server));
      },
      programs: [{ how: 'bundled by esbuild', parameters: ['test', 'config.capnp'] }],
    }),
  },
];

/** The suite in the test runners of consumers. Jest waits for open handles; in Vitest the test looks for them. */
const runner = (name, title, packages, parameters, prepare) => ({
  name: title.toLowerCase().replaceAll(' ', '-'),
  title,
  packages,
  run: runPrograms({
    runtime: async (project) => ({
      binary: process.execPath,
      version: (await manifestOf(project, name)).version,
    }),
    prepare,
    programs: [
      {
        how: `a test, on Node ${process.versions.node}`,
        parameters,
        env: { CI: 'true', NO_COLOR: '1' },
        note: () => 'passed',
      },
    ],
  }),
});

/** As the guide "Testing" describes: Jest must convert the packages of MSW that contain only ES modules. */
async function prepareJestWithJsdom(project) {
  const configuration = {
    testMatch: ['**/*.jsdom.test.cjs'],
    setupFiles: ['./jsdom.setup.cjs'],
    transform: {
      '\\.m?js$': ['babel-jest', { plugins: ['@babel/plugin-transform-modules-commonjs'] }],
    },
    transformIgnorePatterns: ['/node_modules/(?!(@open-draft|jose|rettime|until-async)/)'],
  };
  await writeFile(join(project, 'jest.config.json'), JSON.stringify(configuration));
}

/** Jest reads CommonJS only. */
async function prepareJest(project) {
  const options = { entryPoints: [join(project, 'suite.mjs')], format: 'cjs' };
  await build({ ...options, outfile: join(project, 'suite.cjs') });
  const configuration = { testMatch: ['**/*.jest.test.cjs'], transform: {} };
  await writeFile(join(project, 'jest.config.json'), JSON.stringify(configuration));
}

const typesRow = (range) => ({
  name: `types-${range}`,
  title: 'TypeScript',
  // The MSW that runs on every Node we support; the others have rows of their own.
  packages: ['@types/node@20', '@types/react', 'react', 'msw@2'],
  async run({ project, check }) {
    const home = await download(`typescript@${range}`);
    const { version } = await manifestOf(home, 'typescript');
    const compiler = join(home, 'node_modules/typescript/bin/tsc');
    for (const resolution of ['node16', 'nodenext', 'bundler']) {
      await check(version, `${resolution}: ${Object.keys(programs).join(', ')}`, () =>
        checkTypes({ project, resolution, compiler, range }),
      );
    }
  },
});

/** The mock with a version of MSW, on versions of Node. */
const mockRow = (range, nodes) => ({
  name: `mock-${range}`,
  title: 'MSW',
  packages: [`msw@${range}`, '@types/node@20'],
  async run({ project, check }) {
    const { version } = await manifestOf(project, 'msw');
    await check(version, 'types', () => checkTypes({ project, only: 'mock', skipLibCheck: true }));
    for (const major of nodes) {
      const binary = await nodeBinary(major);
      await check(version, `Node ${await versionOf(binary)}`, async () => {
        // A process that does not end by itself fails, too.
        const parameters = ['--test', '--test-reporter=tap', 'mock.test.mjs'];
        const { stdout } = await run(binary, parameters, { cwd: project, timeoutMs: 120_000 });
        return `${/^# pass (\d+)/m.exec(stdout)?.[1]} tests`;
      });
    }
  },
});

export const rows = [
  ...runtimeRows,
  valkeyRow,
  pageRow('chromium', 'module', 'plain module, no build'),
  pageRow('chromium', 'esbuild', 'bundled by esbuild'),
  pageRow('chromium', 'vite', 'bundled by Vite'),
  pageRow('chromium', 'webpack', 'bundled by webpack'),
  pageRow('firefox', 'module', 'plain module, no build'),
  pageRow('webkit', 'module', 'plain module, no build'),
  ...browserTestRows,
  ...exampleRows,
  // The newest Vitest that runs on every Node we support.
  runner(
    'vitest',
    'Vitest',
    ['vitest@4'],
    ['node_modules/vitest/vitest.mjs', 'run', 'chat.vitest.test.mjs'],
  ),
  runner(
    'jest',
    'Jest',
    ['jest@30'],
    ['node_modules/jest/bin/jest.js', 'chat.jest.test.cjs'],
    prepareJest,
  ),
  runner(
    'jest',
    'Jest with jsdom',
    [
      'jest@30',
      'jest-environment-jsdom@30',
      'jest-fixed-jsdom',
      'msw@2',
      '@babel/plugin-transform-modules-commonjs',
    ],
    ['node_modules/jest/bin/jest.js'],
    prepareJestWithJsdom,
  ),
  ...['5.4', '5.5', '5.6', '5.7', '5.8', '5.9', '6', '7'].map(typesRow),
  mockRow('2.10.0', ['20']),
  mockRow('2', ['20']),
  // MSW 3 does not run on Node 20.
  mockRow('3', ['22', '24', '26']),
];
