import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { OpenAiSettings } from './options.js';
import { proxyHeaders } from './proxy.js';

/**
 * Sends a POST request and resolves with the response when its headers have arrived. Not `fetch`, because that limits the
 * time until the headers to five minutes, and Node 20 has no proxies for it.
 */
export function post(
  settings: Pick<OpenAiSettings, 'agent' | 'headers' | 'proxy' | 'url'>,
  body: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { agent, headers, proxy, url } = settings;
  const target = proxy ?? url;
  const send = target.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send(target, {
      method: 'POST',
      agent,
      signal,
      path: proxy === undefined ? `${url.pathname}${url.search}` : url.href,
      headers: {
        host: url.host,
        ...headers,
        'content-length': Buffer.byteLength(body),
        ...(proxy !== undefined && proxyHeaders(proxy)),
      },
    });
    request.once('response', (response) => {
      // The reader reports errors. Without a listener an error before the reader starts would end the process.
      response.on('error', () => {});
      resolve(response);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The server closed an idle connection at the moment of its reuse.
      if (request.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted) {
        resolve(post(settings, body, signal));
      } else {
        reject(error);
      }
    });
    request.end(body);
  });
}
