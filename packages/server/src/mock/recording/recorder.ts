import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { basePath, type Message, routes, type ServerFrame, socketPath } from '@chat/contract';
import { WebSocket, WebSocketServer } from 'ws';
import { parseObject } from '../backend/parse-object.js';
import { recordingPath } from '../control/control-calls.js';
import { type ListenAddress, listen } from '../process/listen.js';
import { type MockRecording, parseRecording } from './recording.js';
import { type OpenTurn, TurnLog } from './turn-log.js';

/** Headers of one connection (RFC 9110, 7.6.1), and those that this proxy sets itself. */
const connectionHeaders = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'host',
  'accept-encoding',
];

export interface RecorderOptions {
  /** The URL of the backend. */
  readonly target: string;
  /** Called with the recording after each change. */
  save(recording: MockRecording): void;
  /** @default the time since the start of the process */
  now?(): number;
}

/** The sockets of a user; only one is recorded, because all receive the same frames. */
interface RecordedSocket {
  readonly username: string;
  readonly streams: boolean;
}

/** A proxy between clients and a backend that records conversations. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #target: URL;
  readonly #server: Server;
  readonly #upgrades = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  readonly #log: TurnLog;
  /** Never written. */
  readonly #usernames = new Map<string, string>();
  readonly #sockets = new Set<RecordedSocket>();
  #replayed: MockRecording | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#target = new URL(options.target.replace(/\/+$/, ''));
    this.#log = new TurnLog(options.now ?? (() => performance.now()));
    this.#server = createServer((request, response) => this.#forward(request, response));
    this.#server.on('upgrade', (request, connection, head) =>
      this.#forwardSocket(request, connection, head),
    );
  }

  /** Returns the URL. */
  async listen(options: ListenAddress): Promise<string> {
    this.#replayed = await readReplayed(this.#target.href.replace(/\/+$/, ''));
    return listen(this.#server, options);
  }

  /** Closes all connections and saves the recording. */
  async close(): Promise<void> {
    this.#sockets.clear();
    for (const socket of this.#upgrades.clients) socket.terminate();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
    this.#save();
  }

  #save(): void {
    this.#options.save(this.#log.recording(this.#replayed));
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => this.#send(request, Buffer.concat(chunks), response));
  }

  #send(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const { method = 'GET', url = '/' } = request;
    const target = new URL(this.#target.href.replace(/\/+$/, '') + url);
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const [path = ''] = url.split('?');
    const isLogin = method === 'POST' && path === basePath + routes.login.path;
    const turn = method === 'POST' ? this.#startTurn(path, request, body) : undefined;
    const upstream = send(
      target,
      { method, headers: { ...endToEnd(request.headers), 'accept-encoding': 'identity' } },
      (result) => {
        const { headers, statusCode: status = 502 } = result;
        response.writeHead(status, endToEnd(headers));
        const isStream = headers['content-type']?.includes('text/event-stream') ?? false;
        const parseEvents = createEventParser((name, data) => {
          if (turn !== undefined) this.#streamEvent(turn, name, data);
        });
        let text = '';
        result.setEncoding('utf8');
        result.on('data', (chunk: string) => {
          response.write(chunk);
          if (turn !== undefined && isStream) parseEvents(chunk);
          else if (isLogin || turn !== undefined) text += chunk;
        });
        result.on('end', () => {
          if (turn !== undefined && !isStream) this.#finishTurn(turn, status, headers, text);
          if (isLogin) this.#rememberToken(body, text);
          response.end();
        });
        result.on('error', () => response.destroy());
      },
    );
    upstream.on('error', () => response.destroy());
    response.on('close', () => upstream.destroy());
    upstream.end(body);
  }

  /** `undefined` for calls that request no reply. */
  #startTurn(path: string, request: IncomingMessage, body: Buffer): OpenTurn | undefined {
    const isRegeneration = path === basePath + routes.regenerate.path;
    const { message } = parseObject(body.toString());
    const isMessage = path === basePath + routes.sendMessage.path && typeof message === 'string';
    if (!isMessage && !isRegeneration) return undefined;
    const [, token = ''] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const username = this.#usernameOf(token);
    const isStream = request.headers.accept?.includes('text/event-stream') ?? false;
    const via = isStream ? 'stream' : 'http';
    return isMessage
      ? this.#log.start(username, via, message)
      : this.#log.startRegeneration(username, via);
  }

  #finishTurn(turn: OpenTurn, status: number, headers: IncomingHttpHeaders, text: string): void {
    const body = parseObject(text);
    turn.status = status;
    const retryAfter = Number(headers['retry-after']);
    if (Number.isFinite(retryAfter)) turn.retryAfterSeconds = retryAfter;
    if (status < 400 && typeof body.response === 'string') this.#replied(turn, body);
    else this.#log.finish(turn, { error: String(body.detail ?? '') });
    this.#save();
  }

  #streamEvent(turn: OpenTurn, name: string, text: string): void {
    const data = parseObject(text);
    if (name === 'delta') this.#log.add(turn, { delta: String(data.content) });
    if (name === 'message') {
      turn.status = 200;
      this.#replied(turn, data);
    }
    if (name === 'error') {
      turn.status = Number(data.status);
      this.#log.finish(turn, { error: String(data.detail) });
    }
    if (name !== 'delta') this.#save();
  }

  /** @param body a response body with a reply */
  #replied(turn: OpenTurn, body: { readonly [name: string]: unknown }): void {
    const messages = Array.isArray(body.messages) ? (body.messages as Partial<Message>[]) : [];
    const reply = messages.at(-1);
    if (turn.regenerated) {
      turn.message = messages.find(({ id }) => id === reply?.replyTo)?.content ?? '';
    }
    // A reply that was stopped before its first text is not stored.
    const isStopped = body.response === '' || reply?.stopped === true;
    this.#log.finish(turn, {
      reply: String(body.response),
      ...(isStopped && { stopped: true }),
    });
  }

  #rememberToken(body: Buffer, text: string): void {
    const { username } = parseObject(body.toString());
    const { access_token: token } = parseObject(text);
    if (typeof username === 'string' && typeof token === 'string') {
      this.#usernames.set(token, username);
    }
  }

  /** A token that was not issued through this proxy gets a new name. */
  #usernameOf(token: string): string {
    const known = this.#usernames.get(token);
    if (known !== undefined) return known;
    const username = `user-${this.#usernames.size + 1}`;
    this.#usernames.set(token, username);
    return username;
  }

  #forwardSocket(request: IncomingMessage, connection: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://proxy');
    const username = this.#usernameOf(url.searchParams.get('token') ?? '');
    const recorded = { username, streams: url.searchParams.get('stream') === '1' };
    const target = this.#target.href.replace(/\/+$/, '').replace(/^http/, 'ws') + request.url;
    this.#upgrades.handleUpgrade(request, connection, head, (client) => {
      const { origin } = request.headers;
      const backend = new WebSocket(target, {
        perMessageDeflate: false,
        ...(origin !== undefined && { origin }),
      });
      const isChat = url.pathname === socketPath;
      if (isChat) this.#sockets.add(recorded);
      const waiting: (() => void)[] = [];
      client.on('message', (data, isBinary) => {
        const bytes = data as Buffer;
        const send = (): void => {
          if (isChat && !isBinary) this.#clientFrame(username, bytes.toString());
          backend.send(bytes, { binary: isBinary });
        };
        if (backend.readyState === backend.OPEN) send();
        else waiting.push(send);
      });
      backend.on('open', () => {
        for (const send of waiting.splice(0)) send();
      });
      backend.on('message', (data, isBinary) => {
        const bytes = data as Buffer;
        if (isChat && !isBinary && this.#isRecorded(recorded)) {
          this.#log.frame(username, JSON.parse(bytes.toString()) as ServerFrame);
          this.#save();
        }
        client.send(bytes, { binary: isBinary });
      });
      client.on('close', (code, reason) => {
        this.#sockets.delete(recorded);
        closeLike(backend, code, reason);
      });
      backend.on('close', (code, reason) => {
        if (this.#isRecorded(recorded)) {
          this.#log.closed(username, code, reason.toString());
          this.#save();
        }
        this.#sockets.delete(recorded);
        closeLike(client, code, reason);
      });
      for (const socket of [client, backend]) socket.on('error', () => {});
    });
  }

  #clientFrame(username: string, text: string): void {
    const { type, content, id } = parseObject(text);
    if (type !== 'message' || typeof content !== 'string') return;
    this.#log.start(username, 'socket', content, typeof id === 'string' ? id : undefined);
  }

  /** Whether this is the user's oldest socket, or the oldest of those that receive deltas. */
  #isRecorded(socket: RecordedSocket): boolean {
    const ofUser = [...this.#sockets].filter(({ username }) => username === socket.username);
    return (ofUser.find(({ streams }) => streams) ?? ofUser[0]) === socket;
  }
}

/** Returns a function that parses the chunks of a stream of server-sent events. */
function createEventParser(onEvent: (name: string, data: string) => void) {
  let rest = '';
  return (chunk: string): void => {
    const blocks = (rest + chunk).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, name = 'message'] = /^event: ?(.*)$/m.exec(block) ?? [];
      const data = [...block.matchAll(/^data: ?(.*)$/gm)].map(([, line]) => line).join('\n');
      if (data !== '') onEvent(name, data);
    }
  };
}

/** Passes a close on. Codes such as 1006 are not in a frame. */
function closeLike(socket: WebSocket, code: number, reason: Buffer): void {
  const isSendable = code >= 1000 && ![1004, 1005, 1006, 1015].includes(code);
  if (code === 1005) socket.close();
  else if (isSendable) socket.close(code, reason);
  else socket.terminate();
}

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const entries = Object.entries(headers);
  return Object.fromEntries(entries.filter(([name]) => !connectionHeaders.includes(name)));
}

/** The recording that the backend replays; `undefined` when it is not such a mock. */
async function readReplayed(url: string): Promise<MockRecording | undefined> {
  try {
    const response = await fetch(url + recordingPath);
    return response.ok ? parseRecording(await response.text()) : undefined;
  } catch {
    return undefined;
  }
}
