#!/usr/bin/env node
import { CommanderError } from 'commander';
import { Problem } from '../chat/problem.js';
import { StoreOpenError } from '../store/store-open-error.js';
import { CommandError } from './command-error.js';
import { createProgram } from './program.js';
import { requireNode } from './require-node.js';
import { SettingError } from './setting-error.js';
import { type Terminal, warn } from './terminal.js';

const terminal: Terminal = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
};

// `chat-server openapi | head` closes our output when it has enough, which is no failure of ours.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** 2 for what was asked wrongly, 1 for what could not be done. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof SettingError || error instanceof StoreOpenError ? 2 : 1;
}

function isExpected(error: unknown): error is Error {
  return [SettingError, StoreOpenError, CommandError, Problem].some(
    (expected) => error instanceof expected,
  );
}

try {
  requireNode(process.versions.node);
  await createProgram(terminal).parseAsync();
} catch (error) {
  if (isExpected(error)) warn(terminal, error.message);
  // Commander has said its sentence already.
  else if (!(error instanceof CommanderError)) throw error;
  process.exitCode = exitCodeOf(error);
}
