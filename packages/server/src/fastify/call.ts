import type { Readable } from 'node:stream';
import type { RawQuery } from '@chat/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ChatRequest } from '../chat/api.js';
import { readJsonBody } from '../chat/json-body.js';
import { readBody } from './call-body.js';

const nothing = new Uint8Array();

/** A request as the domain wants to see it. */
export class Call implements ChatRequest {
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #bodyMaxBytes: number;
  #bytes: Uint8Array | undefined;
  #abort: AbortController | undefined;

  constructor(request: FastifyRequest, reply: FastifyReply, bodyMaxBytes: number) {
    this.#request = request;
    this.#reply = reply;
    this.#bodyMaxBytes = bodyMaxBytes;
  }

  get id(): string {
    return this.#request.id;
  }

  get ip(): string {
    return this.#request.ip;
  }

  get query(): RawQuery {
    return this.#request.query as RawQuery;
  }

  get headOnly(): boolean {
    return this.#request.method === 'HEAD';
  }

  async arrived(): Promise<void> {
    const body = this.#request.body as Readable | undefined;
    if (body === undefined) return;
    const announced = Number(this.#request.headers['content-length']);
    this.#bytes = await readBody(body, announced, this.#bodyMaxBytes);
  }

  /** Whether a body came, or is still coming, that was not read to its end. */
  get isUnread(): boolean {
    return this.#request.body !== undefined && this.#bytes === undefined;
  }

  get body(): unknown {
    const { headers } = this.#request;
    const type = headers['content-type'];
    return readJsonBody(this.#bytes ?? nothing, { type, encoding: headers['content-encoding'] });
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** Made when it is asked for: most routes are over before anybody could go away. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController();
      const response = this.#reply.raw;
      if (response.destroyed) abort.abort();
      response.once('close', () => {
        if (!response.writableFinished) abort.abort();
      });
      this.#abort = abort;
    }
    return this.#abort.signal;
  }
}
