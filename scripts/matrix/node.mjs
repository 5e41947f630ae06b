import { nodeBinary } from '../packages/downloads.mjs';
import { execute } from '../packages/install.mjs';
import { badServers, openBadServer } from './bad-server.mjs';
import { stepsIn, withStage } from './steps.mjs';

/** Node: both module systems, with and without a WebSocket of its own. The server runs on it too. */
export function nodeRow(major) {
  return {
    name: `node-${major}`,
    title: 'Node',
    async run({ projects, prove }) {
      const project = await projects.create('plain');
      const binary = await nodeBinary(major);
      const { stdout } = await execute(binary, ['--version']);
      const version = stdout.trim().slice(1);
      // Node 20 has one behind a flag.
      const flags = major === '20' ? ['--experimental-websocket', '--no-warnings'] : [];
      const ways = { 'run.mjs': 'import', 'run.cjs': 'require()' };
      await withStage({ project, node: binary }, async (said) => {
        for (const [file, way] of Object.entries(ways)) {
          for (const socket of ['global', 'none']) {
            const how = `${way}, ${socket === 'global' ? 'its own WebSocket' : 'ws'}`;
            await prove({ version, how }, async () => {
              const env = { PATH: process.env.PATH, CHAT_STAGE: said, CHAT_WEB_SOCKET: socket };
              const options = { cwd: project, env, timeout: 60_000 };
              return stepsIn(await execute(binary, [...flags, file], options));
            });
          }
        }
      });
      for (const [server, { state }] of Object.entries(badServers)) {
        for (const socket of ['global', 'none']) {
          const own = socket === 'global' ? 'its own WebSocket' : 'ws';
          await prove({ version, how: `${own}, a server that ${server}` }, async () => {
            const { url, close } = await openBadServer(server);
            const env = {
              PATH: process.env.PATH,
              CHAT_WEB_SOCKET: socket,
              CHAT_BAD_SERVER: url,
              CHAT_STATE: state,
            };
            const options = { cwd: project, env, timeout: 30_000 };
            try {
              await execute(binary, [...flags, 'end.mjs'], options);
            } finally {
              await close();
            }
            return 'ends';
          });
        }
      }
    },
  };
}
