import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { settings } from '../../packages/server/src/cli/settings.js';
import { ChatProgram } from '../support/chat-program.js';
import type { Cluster } from './describe-cluster.js';

interface Service {
  readonly command?: string | readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: object;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly stop_grace_period?: string;
}

const file = new URL('../../compose.yaml', import.meta.url);
const program = ['node', 'packages/server/dist/cli/main.js'];
const run = promisify(execFile);

/**
 * What can be known of `compose.yaml` without containers: that it describes the topology that is tested
 * here, and that an instance starts with the command and the settings that stand there.
 */
export function composeFile(cluster: () => Cluster): void {
  const services: Readonly<Record<string, Service>> = parse(readFileSync(file, 'utf8'), {
    merge: true,
  }).services;
  const instances = Object.entries(services).filter(([name]) => name.startsWith('chat-'));

  test('stand in compose.yaml with the same parts and settings', () => {
    const names = instances.map(([name]) => name);
    expect(Object.keys(services).sort()).toEqual([...names, 'postgres', 'proxy', 'redis'].sort());
    expect(instances).toHaveLength(3);
    const port = settings.port.default;
    expect(services.proxy?.command).toBe(
      [
        'caddy reverse-proxy',
        `--from :${port}`,
        ...names.map((name) => `--to ${name}:${port}`),
      ].join(' '),
    );
    const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = services.postgres?.environment ?? {};
    for (const [, { environment = {}, stop_grace_period, depends_on = {} }] of instances) {
      // Besides them, whom to let in.
      expect(Object.keys(environment).sort()).toEqual(
        [...Object.keys(cluster().shared), 'CHAT_USER'].sort(),
      );
      expect(environment.CHAT_DATABASE_URL).toBe(
        `postgres://${POSTGRES_USER}:${POSTGRES_PASSWORD}@postgres:5432/${POSTGRES_DB}`,
      );
      expect(environment.CHAT_REDIS_URL).toBe('redis://redis:6379');
      expect(Object.keys(depends_on).sort()).toEqual(['postgres', 'redis']);
      expect(Number.parseInt(stop_grace_period ?? '', 10) * 1_000).toBeGreaterThanOrEqual(
        settings.drainTimeoutMs.default + 2_000,
      );
    }
  });

  test('start with the command that stands in compose.yaml, and are found healthy as it asks', async () => {
    const { command, environment, healthcheck } = instances[0]![1];
    expect(command?.slice(0, program.length)).toEqual(program);
    const instance = new ChatProgram(command!.slice(program.length) as string[], {
      environment: {
        ...environment,
        // What only names things of containers, or asks for a value.
        ...cluster().shared,
        CHAT_USER: '',
        CHAT_PORT: '0',
      },
    });
    try {
      const { port } = new URL(await instance.url());
      const [kind, node, ...args] = healthcheck?.test ?? [];
      expect([kind, node]).toEqual(['CMD', 'node']);
      const ask = args.map((text) => text.replace(`:${settings.port.default}/`, `:${port}/`));
      await run(process.execPath, ask);
      instance.signal('SIGTERM');
      expect(await instance.exit()).toBe(0);
      await expect(run(process.execPath, ask)).rejects.toThrow();
    } finally {
      instance.signal('SIGKILL');
    }
  });
}
