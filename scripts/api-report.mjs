// Writes a report on the public types of each published entry into packages/*/api/, from the built declarations, so that a
// reviewer sees a change. With --check it only compares. `npm run build` comes first.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { publishedPackages, withTemporaryFolder } from './lib/packages.mjs';
import { root } from './lib/run.mjs';

const check = process.argv.includes('--check');

await withTemporaryFolder(async (folder) => {
  for (const name of publishedPackages) {
    const home = join(root, 'packages', name);
    const { exports } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
    for (const [entry, target] of Object.entries(exports)) {
      const types = target.import?.types;
      if (types === undefined) continue;
      const report = `${[name, ...entry.split('/').slice(1)].join('-')}.api.md`;
      const expected = await createReport(home, types, report, folder);
      const file = join(home, 'api', report);
      const present = await readFile(file, 'utf8').catch(() => '');
      if (present === expected) {
        console.log(`packages/${name}/api/${report} is up to date.`);
      } else if (check) {
        console.error(
          `packages/${name}/api/${report} is stale: the public types of ${entry} have changed. Run "npm run docs:api" and commit it.`,
        );
        process.exitCode = 1;
      } else {
        await mkdir(join(home, 'api'), { recursive: true });
        await writeFile(file, expected);
        console.log(`packages/${name}/api/${report} is written.`);
      }
    }
  }
});

/** The report on the declarations in `types`. */
async function createReport(home, types, report, folder) {
  const quiet = { logLevel: 'none' };
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: home,
      mainEntryPointFilePath: join(home, types),
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'es2022',
            lib: ['es2022', 'esnext.disposable', 'dom'],
            module: 'esnext',
            moduleResolution: 'bundler',
            strict: true,
            skipLibCheck: true,
            types: home.endsWith('server') ? ['node'] : [],
          },
          files: [join(home, types)],
        },
      },
      newlineKind: 'lf',
      apiReport: {
        enabled: true,
        reportFileName: report,
        reportFolder: folder,
        reportTempFolder: folder,
        // A change of an unexported type that exported types use matters as much.
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: { default: quiet },
        tsdocMessageReporting: { default: quiet },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(home, 'package.json'),
  });
  const problems = [];
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      if (message.logLevel === 'error') problems.push(message.text);
      message.handled = true;
    },
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return await readFile(join(folder, report), 'utf8');
}
