// The program on a real pseudo-terminal, in front of the real server, over a line that can be cut.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { ChatClient } from '@chat/client';
import { createChatServer } from '@chat/server';
import { spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';

const main = new URL('../src/main.js', import.meta.url).pathname;
const credentials = { username: 'ada', password: 's3cret' };

/**
 * @param {import('node:test').TestContext} t
 * @param {Partial<import('@chat/server').ChatServerOptions>} [options]
 */
export async function openStage(t, options) {
  const app = await createChatServer({ users: [credentials], ...options });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const line = await openLine(Number(new URL(url).port));
  /** Elsewhere, where the line is whole. */
  const phone = new ChatClient({ baseUrl: url, credentials });
  t.after(async () => {
    await phone.close();
    line.close();
    await app.close();
  });
  return { phone, line, open: () => openTerminal(t, line.url) };
}

/**
 * @param {import('node:test').TestContext} t
 * @param {string} url
 */
function openTerminal(t, url) {
  const size = { cols: 60, rows: 20 };
  // What a terminal makes of the bytes, so that a test sees what a person would.
  const screen = new headless.Terminal({ ...size, allowProposedApi: true });
  const program = spawn(process.execPath, [main, url, 'ada'], {
    ...size,
    name: 'xterm-256color',
    env: { PATH: process.env.PATH ?? '' },
  });
  const changes = new EventTarget();
  program.onData((text) => screen.write(text, () => changes.dispatchEvent(new Event('change'))));
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => program.onExit(({ exitCode }) => resolve(exitCode)));
  let isOver = false;
  ended.then(() => {
    isOver = true;
  });
  t.after(async () => {
    if (!isOver) program.kill('SIGKILL');
    await ended;
  });

  /** What stands on the screen, without the empty rows below. */
  const shown = () => {
    const { buffer } = screen;
    const rows = Array.from({ length: buffer.active.length }, (_, row) =>
      buffer.active.getLine(row)?.translateToString(true).trimEnd(),
    );
    return rows.join('\n').trimEnd();
  };
  return {
    ended,
    shown,
    /** @param {string} text */
    type: (text) => program.write(text),
    /**
     * Until the screen ends with these rows.
     *
     * @param {...string} rows
     */
    async ends(...rows) {
      const wanted = rows.join('\n');
      const deadline = AbortSignal.timeout(10_000);
      while (!`\n${shown()}`.endsWith(`\n${wanted}`)) {
        await Promise.race([once(changes, 'change'), once(deadline, 'abort')]);
        if (deadline.aborted)
          throw new Error(`Not at the end of the screen:\n${wanted}\n\n${shown()}`);
      }
    },
    async logIn() {
      await this.ends('Password of ada:');
      program.write(`${credentials.password}\r`);
    },
  };
}

/** @param {number} port */
async function openLine(port) {
  let isCut = false;
  /** @type {Set<import('node:net').Socket>} */
  const ends = new Set();
  const server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(port, '127.0.0.1');
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => {});
      end.on('close', () => {
        near.destroy();
        far.destroy();
        ends.delete(end);
      });
    }
    near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  const cut = () => {
    isCut = true;
    for (const end of ends) end.destroy();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut,
    mend: () => {
      isCut = false;
    },
    close: () => {
      cut();
      server.close();
    },
  };
}
