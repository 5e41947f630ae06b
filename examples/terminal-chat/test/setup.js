// Runs the program on a real pseudo-terminal, with the real server behind a proxy that can cut connections.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { ChatClient } from '@chat/client';
import { createChatServer } from '@chat/server';
import { spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';

const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
const credentials = { username: 'ada', password: 's3cret' };

/**
 * @param {import('node:test').TestContext} t
 * @param {Partial<import('@chat/server').ChatServerOptions>} [options]
 */
export async function setUp(t, options) {
  const app = await createChatServer({ users: [credentials], ...options });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const proxy = await openProxy(Number(new URL(url).port));
  /** A second device of the same user, which does not use the proxy. */
  const phone = new ChatClient({ baseUrl: url, credentials });
  t.after(async () => {
    await phone.close();
    proxy.close();
    await app.close();
  });
  return { phone, proxy, open: () => openTerminal(t, proxy.url) };
}

/**
 * @param {import('node:test').TestContext} t
 * @param {string} url
 */
function openTerminal(t, url) {
  const size = { cols: 60, rows: 20 };
  // A terminal emulator, so that a test checks what a person would see.
  const screen = new headless.Terminal({ ...size, allowProposedApi: true });
  const program = spawn(process.execPath, [main, url, 'ada'], {
    ...size,
    name: 'xterm-256color',
    env: { PATH: process.env.PATH ?? '' },
  });
  const changes = new EventTarget();
  program.onData((data) => screen.write(data, () => changes.dispatchEvent(new Event('change'))));
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => program.onExit(({ exitCode }) => resolve(exitCode)));
  let hasEnded = false;
  ended.then(() => {
    hasEnded = true;
  });
  t.after(async () => {
    if (!hasEnded) program.kill('SIGKILL');
    await ended;
  });

  /** The text on the screen, without empty rows at the end. */
  const text = () => {
    const { buffer } = screen;
    const rows = Array.from({ length: buffer.active.length }, (_, row) =>
      buffer.active.getLine(row)?.translateToString(true).trimEnd(),
    );
    return rows.join('\n').trimEnd();
  };
  return {
    ended,
    text,
    /** @param {string} keys */
    type: (keys) => program.write(keys),
    /**
     * Waits until the screen ends with these rows.
     *
     * @param {...string} rows
     */
    async waitForEnd(...rows) {
      const expected = rows.join('\n');
      const deadline = AbortSignal.timeout(60_000);
      while (!`\n${text()}`.endsWith(`\n${expected}`)) {
        await Promise.race([once(changes, 'change'), once(deadline, 'abort')]);
        if (deadline.aborted)
          throw new Error(`Not at the end of the screen:\n${expected}\n\n${text()}`);
      }
    },
    async logIn() {
      await this.waitForEnd('Password of ada:');
      program.write(`${credentials.password}\r`);
    },
  };
}

/** @param {number} port */
async function openProxy(port) {
  let isCut = false;
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
        sockets.delete(socket);
      });
    }
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut,
    restore: () => {
      isCut = false;
    },
    close: () => {
      cut();
      server.close();
    },
  };
}
