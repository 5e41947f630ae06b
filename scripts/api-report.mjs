// Writes what each published entry offers its users into packages/*/api/, from the built declarations, so that a change
// of public types is seen in review; with --check says whether the reports are stale. `npm run build` comes first.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const root = new URL('..', import.meta.url).pathname;
const check = process.argv.includes('--check');

const folder = await mkdtemp(join(tmpdir(), 'chat-api-'));
try {
  for (const name of ['client', 'server']) {
    const home = join(root, 'packages', name);
    const { exports } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
    for (const [entry, target] of Object.entries(exports)) {
      const types = target.import?.types;
      if (types === undefined) continue;
      const report = `${[name, ...entry.split('/').slice(1)].join('-')}.api.md`;
      const wanted = await describe(home, types, report);
      const file = join(home, 'api', report);
      const present = await readFile(file, 'utf8').catch(() => '');
      if (present === wanted) {
        console.log(`packages/${name}/api/${report} is up to date.`);
      } else if (check) {
        console.error(
          `packages/${name}/api/${report} is stale: what ${entry} offers has changed. Run "npm run docs:api" and commit it.`,
        );
        process.exitCode = 1;
      } else {
        await mkdir(join(home, 'api'), { recursive: true });
        await writeFile(file, wanted);
        console.log(`packages/${name}/api/${report} written.`);
      }
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** The report on the declarations in `types`. */
async function describe(home, types, report) {
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
        // What the exported types are made of has no name outside, and matters as much.
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
