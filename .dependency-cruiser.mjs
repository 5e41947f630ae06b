// Which folders may import which. docs/architecture.md explains why.

const tests = '(\\.test(-d)?\\.tsx?$|/testing/)';

/** A rule: files in `from` import only files in `to`. */
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
/** Each has an entry point of the client in a folder with its name. */
const frameworks = ['react', 'vue', 'svelte'];
const contract = '^packages/contract/(src|dist)/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Merge two files that import each other, or move what they share to a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'The imported file or package does not exist.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    only('contract-alone', 'The contract imports only zod.', contract, [
      contract,
      packageNamed('zod'),
    ]),
    only(
      'conformance-knows-contract',
      'The checks run against any backend, in Node and in a browser, so they import only the contract.',
      '^packages/conformance/src/',
      ['^packages/conformance/src/', contract],
    ),
    {
      name: 'conformance-in-cli',
      comment: 'In the published code, only `chat-server verify` contains the checks.',
      severity: 'error',
      from: {
        path: '^packages/(contract|client|server)/src/',
        pathNot: ['^packages/server/src/cli/', tests],
      },
      to: { path: '^packages/conformance/' },
    },
    only(
      'client-knows-contract',
      'The client imports the contract and these libraries, and not zod: browsers load no schemas.',
      '^packages/client/src/',
      [
        '^packages/client/src/',
        contract,
        packageNamed(`(ky|isomorphic-ws|ws|@types/ws|ai|(@types/)?(${frameworks.join('|')}))`),
      ],
    ),
    {
      name: 'ky-in-http',
      comment: 'Only client/src/http imports ky, so that it can be replaced in one place.',
      severity: 'error',
      from: { path: '^packages/client/', pathNot: '^packages/client/src/http/' },
      to: { path: packageNamed('ky') },
    },
    {
      name: 'isomorphic-ws-in-websocket',
      comment: 'Only client/src/socket/connection/open-web-socket.ts chooses a WebSocket class.',
      severity: 'error',
      from: {
        path: '^packages/client/',
        pathNot: ['^packages/client/src/socket/connection/open-web-socket\\.ts$', tests],
      },
      to: { path: packageNamed('(isomorphic-ws|ws|@types/ws)') },
    },
    never(
      'http-not-auth',
      'auth/ uses an HTTP client to log in, so http/ gets its tokens from a function.',
      '^packages/client/src/http/',
      '^packages/client/src/auth/',
    ),
    never(
      'store-without-framework',
      'The store works with any UI framework.',
      '^packages/client/src/store/',
      `^packages/client/src/(${frameworks.join('|')})/`,
    ),
    ...frameworks.map((name) => ({
      name: `${name}-in-${name}`,
      comment: `Applications without it must not load it: only client/src/${name} imports it.`,
      severity: 'error',
      from: { path: '^packages/client/', pathNot: [`^packages/client/src/${name}/`, tests] },
      to: { path: packageNamed(`(@types/)?${name}`) },
    })),
    {
      name: 'ai-in-ai-sdk',
      comment:
        'Applications without the AI SDK must not need its types: only client/src/ai-sdk imports it.',
      severity: 'error',
      from: { path: '^packages/client/', pathNot: ['^packages/client/src/ai-sdk/', tests] },
      to: { path: packageNamed('ai') },
    },
    only(
      'domain-alone',
      'The domain imports no adapter, no store and no runtime. The interfaces that it needs are in domain/ports/.',
      '^packages/server/src/domain/',
      ['^packages/server/src/domain/', contract, packageNamed('zod')],
    ),
    only(
      'options-before-adapters',
      'All adapters and the command line use the option schemas, so these import no adapter.',
      '^packages/server/src/options/',
      ['^packages/server/src/(options|domain)/', packageNamed('zod'), '^net$'],
    ),
    never(
      'fastify-not-msw',
      'Adapters do not import each other; they share domain/, options/, logging/ and in-memory.ts.',
      '^packages/server/src/adapters/fastify/',
      '^packages/server/src/adapters/msw/',
    ),
    never(
      'msw-not-fastify',
      'Adapters do not import each other; they share domain/, options/, logging/ and in-memory.ts.',
      '^packages/server/src/adapters/msw/',
      '^packages/server/src/adapters/fastify/',
    ),
    {
      name: 'cli-uses-public-api',
      comment:
        'The command line uses createChatServer and createChatMetrics, and nothing else of an adapter.',
      severity: 'error',
      from: { path: '^packages/server/src/cli/' },
      to: {
        path: '^packages/server/src/adapters/',
        pathNot: '^packages/server/src/adapters/fastify/observability/metrics\\.ts$',
      },
    },
    {
      name: 'prom-client-in-metrics',
      comment: 'Only one file uses prom-client, so that it can be replaced there.',
      severity: 'error',
      from: {
        path: '^packages/server/',
        pathNot: '^packages/server/src/adapters/fastify/observability/metrics\\.ts$',
      },
      to: { path: packageNamed('prom-client') },
    },
    {
      name: 'mock-runs-in-a-browser',
      comment: 'Everything that the mock imports must run in a service worker.',
      severity: 'error',
      from: { path: '^packages/server/src/adapters/msw/', pathNot: tests },
      to: {
        reachable: true,
        path: [
          '^node:',
          '^(assert|buffer|child_process|cluster|crypto|dgram|dns|events|fs|http|http2|https|module|net|os|path|perf_hooks|process|readline|stream|timers|tls|tty|url|util|v8|vm|worker_threads|zlib)(/|$)',
          packageNamed(
            '(fastify|@fastify|pino|prom-client|commander|pg|ioredis|ws|@node-rs|@photostructure)',
          ),
        ],
      },
    },
    {
      name: 'domain-not-indirectly',
      comment: 'The domain must not import an adapter or a store through another folder either.',
      severity: 'error',
      from: { path: '^packages/server/src/domain/', pathNot: tests },
      to: { reachable: true, path: '^packages/server/src/(adapters|stores|shared-state|cli)/' },
    },
    never(
      'client-not-server',
      'Only test/, examples/ and bench/ import both client and server.',
      '^packages/client/',
      '^packages/server/',
    ),
    never(
      'server-not-client',
      'Only test/, examples/ and bench/ import both client and server.',
      '^packages/server/',
      '^packages/client/',
    ),
    {
      name: 'test-support-in-tests',
      comment: 'Published code does not import helpers of tests, scripts and bench.',
      severity: 'error',
      from: { path: '^packages/(contract|conformance|client|server)/src/', pathNot: tests },
      to: { path: '^packages/test-support/' },
    },
    {
      name: 'test-support-alone',
      comment:
        'Scripts load it without a build, so it imports only Node modules and its own files.',
      severity: 'error',
      from: { path: '^packages/test-support/src/', pathNot: tests },
      to: { pathNot: '^packages/test-support/src/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'no-tests-in-programs',
      comment: 'Published code does not import tests.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: tests },
      to: { path: [tests, '^test/'] },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'Every imported package must be in package.json.',
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
