import type { IncomingHttpHeaders } from 'node:http';

// A fault is one rule broken on purpose, on the wire between a check and a sound backend.

export interface FaultyCall {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface FaultyAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Frame {
  type: string;
  data: Record<string, unknown> & { role: string; content: string };
}

export interface FaultySocket {
  /** The number of this socket, from 0. */
  readonly index: number;
  /** Sends to the client as if it came from the backend. */
  toClient(frame: Frame): void;
  closeClient(code: number): void;
}

export type Upstream = (call: Partial<FaultyCall> & { path: string }) => Promise<FaultyAnswer>;

export interface Hooks {
  /** Changes a call on its way in, or answers in the backend's place. */
  call?(
    call: FaultyCall,
    upstream: Upstream,
  ): FaultyCall | { answer: FaultyAnswer } | Promise<FaultyCall | { answer: FaultyAnswer }>;
  /** Changes an answer on its way out. */
  answer?(answer: FaultyAnswer, call: FaultyCall): FaultyAnswer;
  /** Changes the query or the origin of an upgrade. */
  dial?(dialled: { query: URLSearchParams; origin: string | undefined }): void;
  /** Changes a frame on its way in; `undefined` swallows it. */
  frameIn?(frame: string | Buffer, socket: FaultySocket): string | Buffer | undefined;
  /** Changes a frame on its way out; `undefined` swallows it. */
  frameOut?(frame: Frame, socket: FaultySocket): Frame | undefined;
  /** Changes a close code on its way out; `undefined` keeps the client's socket open. */
  close?(code: number): number | undefined;
  /** Whether the backend is told that the client closed. */
  readonly hidesClientClose?: boolean;
}

export interface Fault {
  readonly rule: string;
  /** What this backend does wrong. */
  readonly does: string;
  /** A backend may be wrong by its configuration alone. */
  readonly limits?: Readonly<Record<string, number>>;
  readonly trustProxy?: boolean;
  readonly hooks?: () => Hooks;
}

export function json(answer: FaultyAnswer): Record<string, unknown> {
  try {
    return JSON.parse(answer.body) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** The answer with its JSON body changed. */
export function edit(
  answer: FaultyAnswer,
  change: (body: Record<string, unknown>) => Record<string, unknown>,
): FaultyAnswer {
  return { ...answer, body: JSON.stringify(change(json(answer))) };
}

export function withoutHeader(answer: FaultyAnswer, name: string): FaultyAnswer {
  const { [name]: _, ...headers } = answer.headers;
  return { ...answer, headers };
}

export function withoutCallHeader(call: FaultyCall, name: string): FaultyCall {
  const { [name]: _, ...headers } = call.headers;
  return { ...call, headers };
}

export function callJson(call: FaultyCall): Record<string, unknown> {
  try {
    return JSON.parse(call.body.toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
}

export function withBody(call: FaultyCall, body: unknown): FaultyCall {
  return { ...call, body: Buffer.from(JSON.stringify(body)) };
}

/** A fault in the answers of one route only. */
export function onRoute(
  path: string,
  change: (answer: FaultyAnswer, call: FaultyCall) => FaultyAnswer,
): () => Hooks {
  return () => ({
    answer: (answer, call) => (call.path.endsWith(path) ? change(answer, call) : answer),
  });
}

export function refusal(status: number, detail: string): { answer: FaultyAnswer } {
  const headers = { 'content-type': 'application/json', 'www-authenticate': 'Bearer' };
  return { answer: { status, headers, body: JSON.stringify({ detail }) } };
}

export function tokenOf(call: FaultyCall): string {
  return (call.headers.authorization ?? '').replace('Bearer ', '');
}
