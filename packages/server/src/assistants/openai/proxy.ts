import { type AgentOptions, type ClientRequestArgs, request as requestHttp } from 'node:http';
import { Agent, request as requestHttps } from 'node:https';
import type { Duplex } from 'node:stream';
import { AssistantEndpointError } from './assistant-endpoint-error.js';

const connectTimeoutMs = 30_000;

/** An agent that connects to `https` servers through an HTTP proxy. */
export function createTunnelAgent(proxy: URL, options: AgentOptions): Agent {
  return new TunnelAgent(proxy, options);
}

class TunnelAgent extends Agent {
  readonly #proxy: URL;

  constructor(proxy: URL, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
  }

  override createConnection(
    options: ClientRequestArgs,
    callback: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    openTunnel(this.#proxy, `${options.host}:${options.port ?? 443}`).then(
      (socket) => callback(null, super.createConnection({ ...options, socket } as never)!),
      (error: Error) => callback(error, undefined as never),
    );
    return undefined;
  }
}

/** The user and the password of a proxy's URL. */
export function proxyHeaders(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {};
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` };
}

/** @throws {AssistantEndpointError} when the proxy does not open the tunnel; the message has no password */
function openTunnel(proxy: URL, target: string): Promise<Duplex> {
  const send = proxy.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      reject(new AssistantEndpointError(`The proxy ${proxy.host} ${reason}.`));
      request.destroy();
    };
    const request = send({
      method: 'CONNECT',
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      path: target,
      headers: { host: target, ...proxyHeaders(proxy) },
      agent: false,
      timeout: connectTimeoutMs,
    });
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200) {
        socket.setTimeout(0);
        resolve(socket);
      } else {
        socket.destroy();
        fail(`responded with ${response.statusCode} to a connection to ${target}`);
      }
    });
    request.once('response', ({ statusCode }) => fail(`responded with ${statusCode}`));
    request.once('timeout', () => fail(`did not respond within ${connectTimeoutMs} ms`));
    request.on('error', (error: NodeJS.ErrnoException) =>
      fail(`failed (${error.code ?? 'error'})`),
    );
    request.end();
  });
}
