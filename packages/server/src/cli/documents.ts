import * as documents from '@chat/contract/documents';
import { say, type Terminal } from './terminal.js';

/** Prints the OpenAPI document of the REST interface. */
export function printOpenApi(terminal: Terminal): void {
  print(terminal, documents.createOpenApiDocument());
}

function print(terminal: Terminal, document: unknown): void {
  say(terminal, JSON.stringify(document, null, 2));
}
