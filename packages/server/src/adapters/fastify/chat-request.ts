import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { RawQuery } from '@chat/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AbortState, ChatRequest } from '../../domain/api.js';
import { parseJsonBody } from '../../domain/http/json-body.js';
import { readRequestBody } from './request-body.js';

const emptyBody = new Uint8Array();

/** Adapts a Fastify request to the domain. */
export class FastifyChatRequest implements ChatRequest {
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #maxBodyBytes: number;
  #bytes: Uint8Array | undefined;

  constructor(request: FastifyRequest, reply: FastifyReply, maxBodyBytes: number) {
    this.#request = request;
    this.#reply = reply;
    this.#maxBodyBytes = maxBodyBytes;
  }

  get id(): string {
    return this.#request.id;
  }

  /** Empty for a Unix socket, and for a caller that has disconnected: neither has an address. */
  get ip(): string {
    return this.#request.ip ?? '';
  }

  get query(): RawQuery {
    return this.#request.query as RawQuery;
  }

  get headOnly(): boolean {
    return this.#request.method === 'HEAD';
  }

  async receiveBody(): Promise<void> {
    const body = this.#request.body as Readable | undefined;
    if (body === undefined) return;
    const announcedBytes = Number(this.#request.headers['content-length']);
    this.#bytes = await readRequestBody(body, announcedBytes, this.#maxBodyBytes);
  }

  /** Whether there is a body that was not read completely. */
  get hasUnreadBody(): boolean {
    return this.#request.body !== undefined && this.#bytes === undefined;
  }

  get body(): unknown {
    const { headers } = this.#request;
    const type = headers['content-type'];
    return parseJsonBody(this.#bytes ?? emptyBody, { type, encoding: headers['content-encoding'] });
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  onSent(listener: () => void): void {
    const response = this.#reply.raw;
    if (response.destroyed) listener();
    else response.once('close', listener);
  }

  get signal(): AbortState {
    return new ResponseState(this.#reply.raw);
  }
}

/** Not an `AbortController`, which costs more than many other parts of a request: nobody listens to it. */
class ResponseState implements AbortState {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  get aborted(): boolean {
    return this.#response.destroyed && !this.#response.writableFinished;
  }
}
