import { createAsyncApiDocument, createOpenApiDocument } from '@chat/contract/documents';
import { print, type Terminal } from '../output/terminal.js';

/** Prints the OpenAPI document of the REST interface. */
export function printOpenApi(terminal: Terminal): void {
  printDocument(terminal, createOpenApiDocument());
}

/** Prints the AsyncAPI document of the WebSocket. */
export function printAsyncApi(terminal: Terminal): void {
  printDocument(terminal, createAsyncApiDocument());
}

function printDocument(terminal: Terminal, document: unknown): void {
  print(terminal, JSON.stringify(document, null, 2));
}
