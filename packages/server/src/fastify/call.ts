import type { RawQuery } from '@chat/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ChatRequest } from '../chat/api.js';

/** A request as the domain wants to see it. */
export class Call implements ChatRequest {
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  #abort: AbortController | undefined;

  constructor(request: FastifyRequest, reply: FastifyReply) {
    this.#request = request;
    this.#reply = reply;
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

  get body(): unknown {
    return this.#request.body;
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
