// A worker that sends many requests in one packet on each of many connections, and reads all responses.
import { once } from 'node:events';
import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const { port, connections, bytes } = workerData;

await Promise.all(
  Array.from({ length: connections }, async () => {
    const connection = connect(port, '127.0.0.1');
    connection.on('error', () => {});
    await once(connection, 'connect');
    connection.write(bytes);
    connection.resume();
  }),
);
parentPort.postMessage('sent');
