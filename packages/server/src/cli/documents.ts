import { createAsyncApiDocument, createOpenApiDocument } from '@chat/contract/documents';
import { say, type Terminal } from './terminal.js';

/** Prints the OpenAPI document of the REST interface. */
export function printOpenApi(terminal: Terminal): void {
  print(terminal, createOpenApiDocument());
}

/** Prints the AsyncAPI document of the WebSocket. */
export function printAsyncApi(terminal: Terminal): void {
  print(terminal, createAsyncApiDocument());
}

function print(terminal: Terminal, document: unknown): void {
  say(terminal, JSON.stringify(document, null, 2));
}
