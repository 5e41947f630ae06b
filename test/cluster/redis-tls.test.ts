import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createCertificate,
  freePort,
  RedisServer,
  ServerProcess,
  servicesAvailable,
} from '@chat/test-support';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

describe.skipIf(!servicesAvailable('Redis'))('an instance with a Redis that uses TLS', () => {
  let folder: string;
  let redis: RedisServer;
  let certificate: string;
  let tlsUrl: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chat-redis-'));
    const files = createCertificate(folder);
    certificate = files.certificate;
    const port = String(await freePort());
    tlsUrl = `rediss://:hunter2@127.0.0.1:${port}`;
    redis = await RedisServer.create(
      ...['--requirepass', 'hunter2', '--tls-port', port, '--tls-auth-clients', 'no'],
      ...['--tls-cert-file', files.certificate, '--tls-key-file', files.key],
    );
    await redis.start();
  });
  afterAll(async () => {
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts an instance, waits until it reports whether it uses Redis, and returns its log. */
  const run = async (url: string, { usesRedis = false, environment = {} }) => {
    const program = ServerProcess.run(['--port', '0', '--data', ':memory:'], {
      environment: {
        CHAT_JWT_SECRET: 'a secret of at least thirty-two bytes',
        CHAT_REDIS_URL: url,
        ...environment,
      },
    });
    await program.ready();
    await expect
      .poll(async () => (await fetch(`${program.url}/metrics`)).text())
      .toMatch(new RegExp(`^chat_redis_up ${usesRedis ? 1 : 0}$`, 'm'));
    program.signal('SIGTERM');
    await program.exit();
    expect(program.stderr).not.toContain('hunter2');
    return program.stderr;
  };

  test('uses it when the authority of its certificate is trusted', async () => {
    await run(tlsUrl, { usesRedis: true, environment: { NODE_EXTRA_CA_CERTS: certificate } });
  });

  test('logs the setting when the authority is not trusted', async () => {
    expect(await run(tlsUrl, { usesRedis: false })).toContain(
      'set NODE_EXTRA_CA_CERTS to the CA file',
    );
  });
});
