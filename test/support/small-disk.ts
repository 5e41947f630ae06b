import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A small disk that only commands started with `enter` see, and that can be filled to the last byte. */
export interface SmallDisk {
  readonly folder: string;
  /** The prefix of a command that should see the disk. */
  readonly enter: string[];
  fill(): void;
  free(): void;
  remove(): Promise<void>;
}

/** @returns `undefined` when this user may not mount a file system */
export async function createSmallDisk(megabytes: number): Promise<SmallDisk | undefined> {
  if (!mayMount()) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'chat-disk-'));
  const mount = `mount -t tmpfs -o size=${megabytes}m,mode=1777 tmpfs ${folder} && echo mounted && exec sleep infinity`;
  // The mount is removed with its last process, even when the test crashes.
  const holder = spawn('unshare', ['--mount', 'sh', '-c', mount], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  const filler = join(`/proc/${holder.pid}/root`, folder, 'filler');
  return {
    folder,
    enter: ['nsenter', '--mount', '--target', String(holder.pid), '--'],
    fill: () => fillUp(filler),
    free: () => rmSync(filler),
    async remove() {
      const ended = once(holder, 'exit');
      holder.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function mayMount(): boolean {
  try {
    const mount = 'mount -t tmpfs tmpfs /mnt';
    execFileSync('unshare', ['--mount', 'sh', '-c', mount], { stdio: 'ignore' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

function fillUp(path: string): void {
  const file = openSync(path, 'w');
  try {
    // Whole megabytes first, then smaller and smaller parts.
    for (let bytes = Buffer.alloc(1_048_576); bytes.length > 0; bytes = half(bytes)) {
      while (fits(file, bytes));
    }
  } finally {
    closeSync(file);
  }
}

const half = (bytes: Buffer<ArrayBuffer>) => bytes.subarray(0, bytes.length >> 1);

function fits(file: number, bytes: Buffer): boolean {
  try {
    return writeSync(file, bytes) === bytes.length;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
    throw error;
  }
}
