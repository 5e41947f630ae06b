// @ts-check
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';
import { RedisServer } from './redis-server.js';
import { withTimeout } from './with-timeout.js';

const run = promisify(execFile);
const masterCount = 3;
/** Long enough for a busy machine; a replica takes over after about this time. */
const nodeTimeoutMs = 5_000;
const startTimeoutMs = 120_000;

/** A Redis Cluster of three masters with a replica each. The masters have a third of the slots each, in their order. */
export class RedisCluster {
  /** @type {readonly RedisServer[]} */
  masters;
  /** @type {readonly RedisServer[]} */
  replicas;
  #folder;

  /**
   * @param {string} folder
   * @param {readonly RedisServer[]} servers
   */
  constructor(folder, servers) {
    this.#folder = folder;
    this.masters = servers.slice(0, masterCount);
    this.replicas = servers.slice(masterCount);
  }

  /** Not started yet. */
  static async create() {
    const folder = mkdtempSync(join(tmpdir(), 'chat-redis-cluster-'));
    const servers = [];
    for (let index = 0; index < masterCount * 2; index += 1) {
      const options = [
        ...['--cluster-enabled', 'yes', '--cluster-port', String(await freePort())],
        ...['--dir', folder, '--cluster-config-file', `nodes-${index}.conf`],
        ...['--cluster-node-timeout', String(nodeTimeoutMs)],
        // A lost master is no reason to reject the users of the others.
        ...['--cluster-require-full-coverage', 'no'],
      ];
      servers.push(await RedisServer.create(...options));
    }
    return new RedisCluster(folder, servers);
  }

  /** The address of some of its servers. */
  get url() {
    return `redis+cluster://${this.masters.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  async start() {
    const servers = [...this.masters, ...this.replicas];
    await Promise.all(servers.map((server) => server.start()));
    const addresses = servers.map(({ port }) => `127.0.0.1:${port}`);
    await run('redis-cli', [
      ...['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes'],
    ]);
    const ready = Promise.all(servers.map((server) => untilReady(server)));
    await withTimeout(ready, startTimeoutMs, 'The Redis Cluster was not ready in time.');
  }

  async stop() {
    await Promise.all([...this.masters, ...this.replicas].map((server) => server.stop()));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** @param {RedisServer} server */
async function untilReady({ port }) {
  for (;;) {
    const cluster = await ask(port, 'cluster', 'info');
    const replication = await ask(port, 'info', 'replication');
    const linked = /connected_slaves:[1-9]|master_link_status:up/.test(replication);
    if (cluster.includes('cluster_state:ok') && cluster.includes('cluster_size:3') && linked) {
      return;
    }
    await delay(100);
  }
}

/**
 * @param {number} port
 * @param {...string} command
 */
async function ask(port, ...command) {
  return (await run('redis-cli', ['-p', String(port), ...command])).stdout;
}
