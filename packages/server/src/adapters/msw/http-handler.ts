import { basePath } from '@chat/contract';
import { type HttpHandler, HttpResponse, http } from 'msw';
import { handleMockRequest } from '../../mock/backend/handle-request.js';
import type { MockBackend } from '../../mock/backend/mock-backend.js';
import { urlPattern } from './url-pattern.js';

/** One handler for all paths below the base path, so that an unknown path gets our 404. */
export function createHttpHandler(baseUrl: string, currentBackend: () => MockBackend): HttpHandler {
  const prefix = new URL(baseUrl).pathname.replace(/\/$/, '') + basePath;
  return http.all(urlPattern(baseUrl + basePath, true), async ({ request }) => {
    // The same backend for the whole request, even if the mock is reset in between.
    const backend = currentBackend();
    const { method, url, headers, signal } = request;
    const bytes = new Uint8Array(await request.clone().arrayBuffer());
    const received = { method, url, headers, bytes, signal, ip: '127.0.0.1' };
    const path = new URL(url).pathname.slice(prefix.length);
    const response = await handleMockRequest(backend, received, path);
    if (response === undefined) return HttpResponse.error();
    const { body, ...init } = response;
    return new HttpResponse(body, init);
  });
}
