// The callers of an attack, in a process of their own: they must not delay the calls that are measured.
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { requestOf } from '../http/load.mjs';
import { serve } from '../serve.mjs';

let stop = () => {};

const attacks = {
  /** Connections that request large pages without reading them. A closed connection is opened again. */
  unread: (target) => requestPages(target, (socket) => socket.pause()),
  /** The same connections, which read as fast as they can. */
  pages: (target) => requestPages(target, (socket) => socket.resume()),
  /** Wrong logins. Each address makes five calls, which its own limit allows. */
  logins({ port }) {
    const agent = new Agent({ keepAlive: false });
    let made = 0;
    return repeat(200, (onClose) => {
      made += 1;
      const call = request({
        agent,
        host: '127.0.0.1',
        port,
        localAddress: addressOf(Math.floor(made / 5)),
        method: 'POST',
        path: '/api/v1/login',
        headers: { 'content-type': 'application/json' },
      });
      call.on('error', () => {}).on('close', onClose);
      call.on('response', (response) => response.resume());
      call.end(JSON.stringify({ username: 'victim', password: `guess ${made}` }));
      return () => call.destroy();
    });
  },
  /** A socket that sends invalid frames with a valid one between them. A closed socket is opened again. */
  frames({ port, token }) {
    const valid = JSON.stringify({ type: 'message', content: 'again' });
    const invalid = `{"type":"${'x'.repeat(2_000)}"}`;
    const batch = [valid, ...Array(9).fill(invalid)];
    return repeat(1, (onClose) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/chat?token=${token}`);
      sendUntilClosed(socket, onClose, 1, () => {
        if (socket.readyState !== WebSocket.OPEN || socket.bufferedAmount > 1_000_000) return;
        for (const frame of batch) socket.send(frame);
      });
      return () => socket.terminate();
    });
  },
};

function requestPages({ port, token }, prepare) {
  const page = requestOf('GET', '/api/v1/chat/history?page=1&pageSize=100', {
    headers: { authorization: `Bearer ${token}` },
  });
  const requests = Buffer.concat(Array(250).fill(page));
  return repeat(100, (onClose) => {
    const socket = prepare(connect({ host: '127.0.0.1', port }));
    sendUntilClosed(socket, onClose, 100, () => {
      if (socket.writableLength === 0) socket.write(requests);
    });
    socket.write(requests);
    return () => socket.destroy();
  });
}

function sendUntilClosed(socket, onClose, intervalMs, send) {
  const timer = setInterval(send, intervalMs);
  socket
    .on('error', () => {})
    .on('close', () => {
      clearInterval(timer);
      onClose();
    });
}

/** Addresses of this machine, one for each number. */
function addressOf(number) {
  return `127.8.${Math.floor(number / 250) % 250}.${1 + (number % 250)}`;
}

/** Keeps `count` callers busy. Returns a function that ends them. */
function repeat(count, start) {
  let isStopped = false;
  const running = new Set();
  const startOne = () => {
    if (isStopped) return;
    const end = start(() => {
      running.delete(end);
      // Not at once: connections that are rejected would only measure the kernel.
      setTimeout(startOne, 10);
    });
    running.add(end);
  };
  for (let started = 0; started < count; started += 1) startOne();
  return () => {
    isStopped = true;
    for (const end of running) end();
  };
}

serve({}, async (command) => {
  stop();
  stop = command === 'stop' ? () => {} : attacks[command.attack](command);
  return 'done';
});
