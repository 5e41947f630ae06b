// @ts-check
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from './free-port.js';
import { ManagedProcess } from './managed-process.js';

/** @param {string} name */
function findProgram(name) {
  const folders = ['/usr/sbin', ...(process.env.PATH ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

/** The path of the `nginx` program, `undefined` when it is not installed. */
export const findNginx = () => findProgram('nginx');

/** The path of the `haproxy` program, `undefined` when it is not installed. */
export const findHaproxy = () => findProgram('haproxy');

/**
 * @typedef {object} ProxyKind
 * @property {(port: number, target: URL, folder: string) => string} config
 * @property {(file: string, folder: string) => import('./managed-process.js').Command} command
 */

/** @type {Record<'nginx' | 'HAProxy', ProxyKind>} */
const kinds = {
  nginx: {
    config: (port, target, folder) => `
      daemon off;
      master_process off;
      pid ${folder}/nginx.pid;
      error_log stderr notice;
      events {}
      http {
        access_log off;
        client_body_temp_path ${folder}/body;
        proxy_temp_path ${folder}/proxy;
        fastcgi_temp_path ${folder}/fastcgi;
        uwsgi_temp_path ${folder}/uwsgi;
        scgi_temp_path ${folder}/scgi;
        gzip on;
        server {
          listen 127.0.0.1:${port};
          location / {
            proxy_pass ${target.origin};
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
          }
        }
      }
    `,
    command: (file, folder) => ({
      name: 'nginx',
      command: findNginx() ?? 'nginx',
      args: ['-e', 'stderr', '-p', folder, '-c', file],
      ready: /event method/,
    }),
  },
  HAProxy: {
    config: (port, target) => `
defaults
  mode http
  timeout connect 10s
  timeout client 60s
  timeout server 60s
  compression algo gzip
frontend public
  bind 127.0.0.1:${port}
  option forwardfor
  default_backend chat
backend chat
  server chat ${target.host}
`,
    command: (file) => ({
      name: 'HAProxy',
      command: findHaproxy() ?? 'haproxy',
      args: ['-db', '-V', '-f', file],
      ready: /Using \w+\(\) as the polling mechanism/,
    }),
  },
};

/** A reverse proxy of a Debian package with a short configuration, as operators use it. */
export class ReverseProxy {
  /** @type {string} */
  url;
  #folder;
  #process;

  /**
   * @param {'nginx' | 'HAProxy'} kind
   * @param {string} target the URL of the server behind it
   * @param {number} port
   */
  constructor(kind, target, port) {
    const { config, command } = kinds[kind];
    this.url = `http://127.0.0.1:${port}`;
    this.#folder = mkdtempSync(join(tmpdir(), 'chat-proxy-'));
    const file = join(this.#folder, 'proxy.conf');
    writeFileSync(file, config(port, new URL(target), this.#folder));
    this.#process = new ManagedProcess(() => command(file, this.#folder));
  }

  /**
   * Started, and ready for requests.
   * @param {'nginx' | 'HAProxy'} kind
   * @param {string} target
   */
  static async start(kind, target) {
    const proxy = new ReverseProxy(kind, target, await freePort());
    await proxy.#process.start();
    // It may write its last line before it listens.
    while (!(await isListening(proxy.url))) {
      if (!proxy.#process.isRunning) throw new Error(`${kind} ended:\n${proxy.#process.log}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return proxy;
  }

  async remove() {
    await this.#process.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** @param {string} url */
function isListening(url) {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
