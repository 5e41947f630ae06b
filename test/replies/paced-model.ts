import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const wordsPerReply = 12;
const wordIntervalMs = 10;

interface Call {
  readonly instance: string;
  readonly response: ServerResponse;
  readonly words: string[];
}

/** An OpenAI-compatible API that several server instances use, each with a path of its own. Each output is different. */
export class PacedModel {
  /** The whole output of each call so far. */
  readonly outputs: string[] = [];
  readonly #running = new Set<Call>();
  readonly #listeners = new Set<(instance: string) => void>();
  readonly #server = createServer((request, response) => {
    request.resume();
    const number = this.outputs.length;
    const words = Array.from(
      { length: wordsPerReply },
      (_, at) => `reply-${number}-word-${at} 😀 `,
    );
    this.outputs.push(words.join('').trimEnd());
    const [, instance = ''] = (request.url ?? '').split('/');
    const call = { instance, response, words };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.on('close', () => this.#running.delete(call));
    this.#running.add(call);
  });
  #timer: NodeJS.Timeout | undefined;

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#timer = setInterval(() => {
      for (const call of this.#running) this.#send(call);
    }, wordIntervalMs);
  }

  /** The setting of the instance with this name. */
  url(instance: string): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/${instance}/v1`;
  }

  /** Resolves when this number of further words was sent to the instance. */
  sent(instance: string, words: number): Promise<void> {
    return new Promise((resolve) => {
      let left = words;
      const listener = (name: string): void => {
        if (name !== instance) return;
        left -= 1;
        if (left > 0) return;
        this.#listeners.delete(listener);
        resolve();
      };
      this.#listeners.add(listener);
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #send({ instance, response, words }: Call): void {
    const word = words.shift();
    if (word === undefined) {
      response.end(`${chunk({ delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`);
      return;
    }
    // The server removes white space at the end of a reply.
    const content = words.length === 0 ? word.trimEnd() : word;
    response.write(chunk({ delta: { content } }));
    for (const listener of this.#listeners) listener(instance);
  }
}

function chunk(choice: object): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`;
}
