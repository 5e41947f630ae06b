import { join } from 'node:path';
import { typeCheck } from '../packages/consume.mjs';
import { download } from '../packages/downloads.mjs';
import { manifestOf } from '../packages/install.mjs';

const es = ['es2022', 'esnext.disposable'];

/** What is compiled, with nothing skipped and `exactOptionalPropertyTypes`. */
const programs = {
  'client with DOM types': ['client.ts', { lib: [...es, 'dom'] }],
  'client without': ['client.ts', { lib: es }],
  server: ['server.ts', { lib: es, types: ['node'] }],
};

/** A version of TypeScript under each of the resolutions that know `exports`. */
export function typesRow(range, { fast = false } = {}) {
  return {
    name: `types-${range}`,
    title: 'TypeScript',
    fast,
    async run({ projects, prove, onlyFast }) {
      const project = await projects.create('types', [
        '@types/node@20',
        '@types/react',
        'react',
        'msw',
      ]);
      const home = await download(`typescript@${range}`);
      const { version } = await manifestOf(home, 'typescript');
      const compiler = join(home, 'node_modules/typescript/bin/tsc');
      for (const resolution of onlyFast ? ['nodenext'] : ['node16', 'nodenext', 'bundler']) {
        const how = `${resolution}: ${Object.keys(programs).join(', ')}`;
        await prove({ version, how }, async () => {
          for (const [file, extra] of Object.values(programs)) {
            await typeCheck(project, file, resolution, extra, compiler);
          }
          return 'compiles';
        });
      }
    },
  };
}
