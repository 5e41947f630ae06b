// Who may import whom. The folder of a file says what it may touch; docs/architecture.md says why.

const tests = '(\\.test(-d)?\\.tsx?$|/testing/)';

/** A rule that what matches `from` imports nothing but what matches `to`. */
const only = (name, comment, from, to, fromNot = []) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: [tests, ...fromNot] },
  to: { pathNot: to },
});

const never = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: to },
});

const packageNamed = (name) => `(^|/)node_modules/${name}/`;
const contract = '^packages/contract/(src|dist)/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or need a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    only('contract-alone', 'The contract is data: it needs zod and nothing else.', contract, [
      contract,
      packageNamed('zod'),
    ]),
    only(
      'client-knows-contract',
      'The client is built on the contract; each library it uses has one room of its own, and zod none: a page loads no schemas.',
      '^packages/client/src/',
      [
        '^packages/client/src/',
        contract,
        packageNamed('(ky|isomorphic-ws|ws|react|@types/(ws|react))'),
      ],
    ),
    {
      name: 'ky-in-http',
      comment: 'Only client/src/http knows ky, so that it can be exchanged in one place.',
      severity: 'error',
      from: { path: '^packages/client/', pathNot: '^packages/client/src/http/' },
      to: { path: packageNamed('ky') },
    },
    {
      name: 'isomorphic-ws-in-websocket',
      comment: 'Only client/src/socket/websocket.ts chooses a WebSocket class.',
      severity: 'error',
      from: {
        path: '^packages/client/',
        pathNot: ['^packages/client/src/socket/websocket\\.ts$', tests],
      },
      to: { path: packageNamed('(isomorphic-ws|ws|@types/ws)') },
    },
    {
      name: 'react-in-react',
      comment: 'Who does not import @chat/client/react gets nothing of React.',
      severity: 'error',
      from: { path: '^packages/client/', pathNot: ['^packages/client/src/react/', tests] },
      to: { path: packageNamed('(react|@types/react)') },
    },
    only(
      'domain-alone',
      'The domain knows no door, no engine and no runtime: what it needs of the world comes in through chat/ports.ts.',
      '^packages/server/src/chat/',
      ['^packages/server/src/chat/', contract, packageNamed('zod')],
    ),
    only(
      'options-before-doors',
      'What an option must be is asked before a door opens, and knows none.',
      '^packages/server/src/options/',
      ['^packages/server/src/(options|chat)/'],
    ),
    never(
      'fastify-not-msw',
      'The doors never know of each other; what they share is in chat/ and options/.',
      '^packages/server/src/fastify/',
      '^packages/server/src/msw/',
    ),
    never(
      'msw-not-fastify',
      'The doors never know of each other; what they share is in chat/ and options/.',
      '^packages/server/src/msw/',
      '^packages/server/src/fastify/',
    ),
    {
      name: 'mock-runs-in-a-browser',
      comment: 'Whatever the mock reaches must run in a service worker.',
      severity: 'error',
      from: { path: '^packages/server/src/msw/', pathNot: tests },
      to: {
        reachable: true,
        path: [
          '^node:',
          '^(assert|buffer|child_process|cluster|crypto|dgram|dns|events|fs|http|http2|https|module|net|os|path|perf_hooks|process|readline|stream|timers|tls|tty|url|util|v8|vm|worker_threads|zlib)(/|$)',
          packageNamed(
            '(fastify|@fastify|kysely|pino|prom-client|commander|pg|ioredis|ws|@node-rs|@photostructure)',
          ),
        ],
      },
    },
    {
      name: 'domain-not-by-detour',
      comment: 'Nor may a detour through another folder lead the domain to a door.',
      severity: 'error',
      from: { path: '^packages/server/src/chat/', pathNot: tests },
      to: { reachable: true, path: '^packages/server/src/(fastify|msw|store|shared-state|cli)/' },
    },
    never(
      'client-not-server',
      'Client and server meet in test/, examples/ and bench/ only.',
      '^packages/client/',
      '^packages/server/',
    ),
    never(
      'server-not-client',
      'Client and server meet in test/, examples/ and bench/ only.',
      '^packages/server/',
      '^packages/client/',
    ),
    {
      name: 'no-tests-in-programs',
      comment: 'What is published does not contain tests.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: tests },
      to: { path: [tests, '^test/'] },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'A package that is used has to stand in package.json.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: tests },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: ['(^|/)dist/.*\\.map$'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'require', 'node', 'default'],
    },
  },
};
