// Type-checks the TypeScript that a reader may copy: the ```ts blocks in Markdown and in doc comments. Each block is a
// module. It may use the declarations of scripts/docs/prelude.d.ts.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { gitFiles } from './lib/git-files.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const prelude = `${root}scripts/docs/prelude.d.ts`;
// Generated files.
const recorded = /^examples\/demo\/transcript\.md$|\.api\.md$/;
const fence = /^(?<indent>[ \t*]*)```(?<language>tsx?)[ \t]*$/;

/** The blocks of one file, with the number of their first line. */
function blocksOf(file) {
  const lines = readFileSync(root + file, 'utf8').split('\n');
  const inComments = !file.endsWith('.md');
  const blocks = [];
  for (let at = 0; at < lines.length; at += 1) {
    const opening = fence.exec(lines[at]);
    if (!opening || (inComments && !opening.groups.indent.includes('*'))) continue;
    const firstLine = at + 1;
    const code = [];
    for (at += 1; at < lines.length && !lines[at].trim().endsWith('```'); at += 1) {
      code.push(inComments ? lines[at].replace(/^\s*\* ?/, '') : lines[at]);
    }
    blocks.push({ file, firstLine, language: opening.groups.language, code: code.join('\n') });
  }
  return blocks;
}

const patterns = [
  '*.md',
  // Made from the declarations, which are checked.
  ':!*.api.md',
  'packages/*/src/*.ts',
  'packages/*/src/*.tsx',
];
const files = gitFiles(root, patterns).filter(
  (file) => !/\.test(-d)?\.tsx?$/.test(file) && !recorded.test(file),
);

const blocks = new Map();
for (const file of files) {
  for (const block of blocksOf(file)) {
    // In the folder of its file, so that imports are resolved from there.
    blocks.set(`${root}${file}.${block.firstLine}.${block.language}`, block);
  }
}

const config = ts.getParsedCommandLineOfConfigFile(
  `${root}tsconfig.json`,
  {},
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
);
const options = {
  ...config.options,
  jsx: ts.JsxEmit.ReactJSX,
  // A short block may declare names that it does not use.
  noUnusedLocals: false,
  noUnusedParameters: false,
};
const host = ts.createCompilerHost(options);
const { getSourceFile, fileExists, readFile } = host;
const textOf = (name) => {
  const block = blocks.get(name);
  return block && `${block.code}\nexport {};\n`;
};
host.fileExists = (name) => blocks.has(name) || fileExists.call(host, name);
host.readFile = (name) => textOf(name) ?? readFile.call(host, name);
host.getSourceFile = (name, ...rest) => {
  const text = textOf(name);
  if (text === undefined) return getSourceFile.call(host, name, ...rest);
  return ts.createSourceFile(
    name,
    text,
    { languageVersion: ts.ScriptTarget.ESNext, impliedNodeFormat: ts.ModuleKind.ESNext },
    true,
  );
};

const program = ts.createProgram({ rootNames: [prelude, ...blocks.keys()], options, host });
let errors = 0;
for (const name of [prelude, ...blocks.keys()]) {
  const source = program.getSourceFile(name);
  const problems = [
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
  ];
  for (const { start, messageText } of problems) {
    const block = blocks.get(name);
    const { line } = source.getLineAndCharacterOfPosition(start ?? 0);
    const location = block
      ? `${block.file}:${block.firstLine + line + 1}`
      : 'scripts/docs/prelude.d.ts';
    console.error(`${location} ${ts.flattenDiagnosticMessageText(messageText, '\n  ')}`);
    errors += 1;
  }
}
console.log(
  `${blocks.size} blocks of TypeScript in ${new Set([...blocks.values()].map(({ file }) => file)).size} files, ${errors} errors`,
);
process.exitCode = errors > 0 || blocks.size === 0 ? 1 : 0;

function fail(diagnostic) {
  throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}
