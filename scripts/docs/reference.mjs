// The API reference as Markdown, from the doc comments.
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { Application, CommentTag, Converter, LogLevel, ReflectionKind } from 'typedoc';
import { repository } from '../lib/repository.mjs';
import { root } from '../lib/run.mjs';
import { requireDocsAndExamples } from './required-docs.mjs';
import { hideSchemas } from './schemas.mjs';

/**
 * @param {string} folder
 * @returns {Promise<string[]>} the warnings
 */
export async function writeReference(folder) {
  await rm(folder, { recursive: true, force: true });
  const app = await Application.bootstrapWithPlugins({
    name: 'API reference',
    tsconfig: `${root}scripts/docs/tsconfig.json`,
    plugin: ['typedoc-plugin-markdown', 'typedoc-vitepress-theme'],
    entryPoints: ['client', 'server'].flatMap(publicEntries),
    packagesRequiringDocumentation: ['@chat/client', '@chat/server', '@chat/contract'],
    // Users of a package can import nothing else.
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    disableGit: true,
    basePath: root,
    sourceLinkTemplate: `${repository}/blob/main/packages/{path}#L{line}`,
    sortEntryPoints: false,
    readme: 'none',
    out: folder,
    docsRoot: `${root}docs`,
    groupOrder: ['Functions', 'Classes', 'Errors', 'Interfaces', 'Type Aliases', 'Variables'],
    parametersFormat: 'table',
    interfacePropertiesFormat: 'htmlTable',
    typeAliasPropertiesFormat: 'table',
    classPropertiesFormat: 'table',
    propertyMembersFormat: 'table',
    typeDeclarationFormat: 'table',
    enumMembersFormat: 'table',
    hideBreadcrumbs: true,
    hidePageHeader: true,
    useCodeBlocks: true,
    pageTitleTemplates: { module: '{name}', member: '{name}' },
    validation: {
      notExported: true,
      invalidLink: true,
      notDocumented: true,
      invalidPath: false,
      rewrittenLink: true,
    },
  });
  const warnings = [];
  const { log } = app.logger;
  app.logger.log = function (text, level) {
    // Also errors of the compiler, which do not go through `error`.
    if (level >= LogLevel.Warn) warnings.push(text);
    else log.call(this, text, level);
  };
  hideSchemas(app);
  groupErrors(app);
  hideBaseOfSameName(app);
  const project = await app.convert();
  if (!project) return [...warnings, 'TypeDoc could not read the sources.'];
  app.validate(project);
  requireDocsAndExamples(app, project);
  const exported = {};
  app.renderer.on('endPage', ({ model, url }) => {
    const isExport = model?.parent?.kindOf?.(ReflectionKind.Module);
    if (isExport) exported[model.name] ??= `/reference/${url.replace(/\.md$/, '')}`;
  });
  await app.generateOutputs(project);
  await writeFile(`${folder}/exports.json`, JSON.stringify(exported));
  return warnings;
}

/** The many error classes would hide the few other ones. */
function groupErrors(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const { name, comment } of project.getReflectionsByKind(ReflectionKind.Class)) {
      if (name.endsWith('Error'))
        comment?.blockTags.push(new CommentTag('@group', [{ kind: 'text', text: 'Errors' }]));
    }
  });
}

/** `ChatClient` extends the class that the entry `rest` exports with the same name. */
function hideBaseOfSameName(app) {
  app.converter.on(
    Converter.EVENT_RESOLVE_END,
    ({ project }) => {
      for (const reflection of project.getReflectionsByKind(ReflectionKind.Class)) {
        const base = reflection.extendedTypes?.[0]?.reflection;
        if (base?.name !== reflection.name) continue;
        for (const type of [reflection, base]) delete type.typeHierarchy;
        for (const child of reflection.children)
          for (const part of [child, child.getSignature, ...(child.signatures ?? [])])
            if (part) part.inheritedFrom = part.overwrites = undefined;
      }
    },
    // After TypeDoc has set them.
    -1_000,
  );
}

/** The sources of the entry points in `exports` of a package, so that a new entry point is never forgotten. */
function publicEntries(name) {
  const home = `${root}packages/${name}`;
  const { exports } = JSON.parse(readFileSync(`${home}/package.json`, 'utf8'));
  return Object.values(exports)
    .map((entry) => entry.import?.types)
    .filter((types) => types !== undefined)
    .map((types) =>
      types
        .replace('./dist/msw/', './dist/adapters/msw/')
        .replace('./dist/', `${home}/src/`)
        .replace(/\.d\.ts$/, '.ts'),
    );
}
