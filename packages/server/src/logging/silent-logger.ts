import type { Logger } from '../domain/ports/index.js';

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
