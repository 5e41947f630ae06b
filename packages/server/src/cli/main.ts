#!/usr/bin/env node
import { CommanderError } from 'commander';
import { HttpError, StoreUnavailableError } from '../domain/errors.js';
import { MissingPackageError } from '../options/optional-package.js';
import { StoreOpenError } from '../stores/store-open-error.js';
import { CommandError, SettingError } from './errors.js';
import { type Terminal, warn } from './output/terminal.js';
import { createProgram } from './program.js';
import { requireNode } from './require-node.js';

const terminal: Terminal = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
};

// `chat-server openapi | head` closes the pipe early, which is not an error.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** The command line, a setting or the installation is wrong. */
const usageErrors = [SettingError, StoreOpenError, MissingPackageError];

/** 2 for an invalid command line or setting, 1 for a failure. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return usageErrors.some((expected) => error instanceof expected) ? 2 : 1;
}

function isExpected(error: unknown): error is Error {
  return [...usageErrors, CommandError, HttpError, StoreUnavailableError].some(
    (expected) => error instanceof expected,
  );
}

async function main(): Promise<void> {
  try {
    requireNode(process.versions.node);
    await createProgram(terminal).parseAsync();
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    if (isExpected(error)) warn(terminal, error.message);
    // Commander has already printed its message.
    else if (!(error instanceof CommanderError)) throw error;
  }
}

// CommonJS has no top-level `await`. Node.js prints an unexpected error with its stack.
void main();
