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
  // MSW's own types ask for those of a page.
  mock: ['msw.ts', { lib: [...es, 'dom'], types: ['node'] }],
};

/** What a line of TypeScript complains about and who uses ours has anyway: the types that MSW brings along. */
const ofOthers = {
  5.4: 'node_modules/type-fest/source/object-merge.d.ts',
};

/** A version of TypeScript under each of the resolutions that know `exports`. */
export function typesRow(range) {
  return {
    name: `types-${range}`,
    title: 'TypeScript',
    async run({ projects, prove }) {
      // The line of MSW that runs on every Node that we do; what the others are to the mock is `mock-matrix.mjs`.
      const others = ['@types/node@20', '@types/react', 'react', 'msw@2'];
      const project = await projects.create('types', others);
      const home = await download(`typescript@${range}`);
      const { version } = await manifestOf(home, 'typescript');
      const compiler = join(home, 'node_modules/typescript/bin/tsc');
      for (const resolution of ['node16', 'nodenext', 'bundler']) {
        const how = `${resolution}: ${Object.keys(programs).join(', ')}`;
        await prove({ version, how }, async () => {
          const options = { compiler, spared: ofOthers[range] };
          const spared = await Promise.all(
            Object.values(programs).map(([file, extra]) =>
              typeCheck(project, file, resolution, extra, options),
            ),
          );
          return spared.some(Boolean) ? `compiles, but for ${ofOthers[range]}` : 'compiles';
        });
      }
    },
  };
}
