import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { download } from '../packages/downloads.mjs';
import { execute, manifestOf } from '../packages/install.mjs';
import { stepsIn, withStage } from './steps.mjs';

const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
// What the packages `bun`, `deno` and `workerd` would fetch in an install script, for Linux with glibc.
const packages = {
  bun: { name: `@oven/bun-linux-${arch === 'arm64' ? 'aarch64' : arch}`, file: 'bin/bun' },
  deno: { name: `@deno/linux-${arch}-glibc`, file: 'deno' },
  workerd: {
    name: `@cloudflare/workerd-linux-${arch === 'arm64' ? arch : '64'}`,
    file: 'bin/workerd',
  },
};

async function fetched(runtime) {
  const { name, file } = packages[runtime];
  const home = await download(name);
  const { version } = await manifestOf(home, name);
  return { binary: join(home, 'node_modules', name, file), version };
}

/** Bun and Deno, which run a file as Node does. */
export function scriptRow(name, title, ways) {
  return {
    name,
    title,
    async run({ projects, prove }) {
      const project = await projects.create('plain');
      const { binary, version } = await fetched(name);
      await withStage({ project }, async (said) => {
        for (const [how, parameters] of Object.entries(ways)) {
          await prove({ version, how }, async () => {
            const env = { PATH: process.env.PATH, CHAT_STAGE: said, NO_COLOR: '1' };
            const options = { cwd: project, env, timeout: 60_000 };
            return stepsIn(await execute(binary, parameters, options));
          });
        }
      });
    },
  };
}

/** workerd, which takes a bundle and a configuration. */
export const workerdRow = {
  name: 'workerd',
  title: 'workerd',
  async run({ projects, prove }) {
    const project = await projects.create('plain');
    const { binary, version } = await fetched('workerd');
    await withStage({ project }, async (said) => {
      await prove({ version, how: 'bundled by esbuild' }, async () => {
        await build({
          entryPoints: [join(project, 'worker.mjs')],
          outfile: join(project, 'worker-bundle.js'),
          bundle: true,
          format: 'esm',
          conditions: ['workerd', 'worker', 'browser'],
          logLevel: 'silent',
        });
        await writeFile(join(project, 'config.capnp'), configuration(said));
        const parameters = ['test', 'config.capnp'];
        const output = await execute(binary, parameters, { cwd: project, timeout: 60_000 });
        return stepsIn(output);
      });
    });
  },
};

function configuration(said) {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker-bundle.js")],
  bindings = [(name = "CHAT_STAGE", text = ${JSON.stringify(said)})],
  compatibilityDate = "2025-10-01",
);
`;
}
