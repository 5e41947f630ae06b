import type { Allowances } from './allowances.js';
import type { ChatApiDependencies } from './api.js';
import type { Authentication } from './authentication.js';
import type { TurnEngine } from './turns.js';

/** What the routes and the socket sessions share. */
export interface ChatCore extends ChatApiDependencies {
  readonly engine: TurnEngine;
  readonly authentication: Authentication;
  readonly allowances: Allowances;
}
