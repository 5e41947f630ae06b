import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { ServerProcess } from '@chat/test-support';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { settings } from '../../packages/server/src/cli/settings/settings.js';
import type { Cluster } from './describe-cluster.js';

interface Service {
  readonly build?: string;
  readonly command?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: object;
  readonly stop_grace_period?: string;
}

const file = new URL('../../compose.yaml', import.meta.url);
const dockerfile = new URL('../../Dockerfile', import.meta.url);
const program = ['node', 'node_modules/@chat/server/dist/cli.cjs'];
const run = promisify(execFile);

/** The JSON array of an instruction such as `CMD ["node"]`. */
function instruction(pattern: RegExp): string[] {
  return JSON.parse(pattern.exec(readFileSync(dockerfile, 'utf8'))![1]!);
}

/** Checks `compose.yaml` and the Dockerfile without containers: it has the topology of these tests, and its command and settings start an instance. */
export function composeFile(cluster: () => Cluster): void {
  const services: Readonly<Record<string, Service>> = parse(readFileSync(file, 'utf8'), {
    merge: true,
  }).services;
  const instances = Object.entries(services).filter(([name]) => name.startsWith('chat-'));

  test('have the same services and settings in compose.yaml', () => {
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
      // And the users.
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

  test('start with the command of the Dockerfile, and pass its health check', async () => {
    const { build, environment } = instances[0]![1];
    expect(build).toBe('.');
    const command = instruction(/^CMD (\[.+\])$/m);
    const healthcheck = instruction(/^HEALTHCHECK .* CMD (\[.+\])$/m);
    expect(command.slice(0, program.length)).toEqual(program);
    const instance = ServerProcess.run(command.slice(program.length), {
      environment: {
        ...environment,
        // In the place of container names and required values.
        ...cluster().shared,
        CHAT_USER: '',
        CHAT_PORT: '0',
      },
    });
    try {
      await instance.ready();
      const { port } = instance;
      const [node, ...args] = healthcheck;
      expect(node).toBe('node');
      const healthArgs = args.map((text) =>
        text.replace(`:${settings.port.default}/`, `:${port}/`),
      );
      await run(process.execPath, healthArgs);
      instance.signal('SIGTERM');
      expect(await instance.exit()).toBe(0);
      await expect(run(process.execPath, healthArgs)).rejects.toThrow();
    } finally {
      instance.signal('SIGKILL');
    }
  });
}
