import { chmodSync, chownSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificate, PostgresServer, servicesAvailable } from '@chat/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreOpenError } from '../store-open-error.js';
import { openPostgresStore } from './postgres-store.js';

/** Returns the certificate; all files belong to the account of PostgreSQL. */
function prepareTls(folder: string): string {
  const { certificate } = createCertificate(folder);
  writeFileSync(join(folder, 'hba.conf'), 'hostssl all all all trust\nlocal all all trust\n');
  const { uid, gid } = statSync(folder);
  for (const name of ['server.crt', 'server.key', 'hba.conf']) {
    chmodSync(join(folder, name), 0o600);
    chownSync(join(folder, name), uid, gid);
  }
  return certificate;
}

describe.skipIf(!servicesAvailable('PostgreSQL'))('a PostgreSQL that accepts TLS only', () => {
  let server: PostgresServer;
  let certificate: string;
  beforeAll(async () => {
    // A certificate is relative to the folder of the data, this file to the working directory.
    const files = ['ssl_cert_file=../server.crt', 'ssl_key_file=../server.key'];
    server = await PostgresServer.create({
      settings: ['ssl=on', 'hba_file=hba.conf', ...files],
    });
    certificate = prepareTls(server.folder);
    await server.start();
  });
  afterAll(() => server?.remove());

  const opens = async (url: string) => {
    const store = await openPostgresStore({ url, connections: 1 });
    await store.ping();
    await store.close();
  };
  const withCa = () => `${server.url}?sslmode=verify-full&sslrootcert=${certificate}`;

  it.each<[what: string, url: () => string, message: RegExp]>([
    ['a connection without TLS', () => server.url, /without TLS: add sslmode=verify-full to the/],
    [
      'a certificate of an unknown authority',
      () => `${server.url}?sslmode=verify-full`,
      /authority that is not trusted: add sslmode=verify-full&sslrootcert=FILE to the URL/,
    ],
    [
      'a certificate for another host',
      () => withCa().replace('127.0.0.1', 'localhost'),
      /has a certificate for other host names: use one of its names/,
    ],
    [
      'a missing file',
      () => `${server.url}?sslmode=verify-full&sslrootcert=/nowhere/ca.crt`,
      /names the file "\/nowhere\/ca.crt", which cannot be read: check sslrootcert/,
    ],
  ])('is rejected because of %s', async (_what, url, message) => {
    const withPassword = url().replace('chat@', 'chat:hunter2@');
    const opening = opens(withPassword);
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toThrow(StoreOpenError);
    await expect(opening).rejects.not.toThrow('hunter2');
  });

  it('is used with its CA file, or without verification', async () => {
    await opens(withCa());
    await opens(`${server.url}?sslmode=no-verify`);
  });

  it('is used through its Unix socket', async () => {
    const { port } = new URL(server.url);
    await opens(`postgres://chat@/postgres?host=${server.folder}&port=${port}`);
    await opens(`postgres://chat@${encodeURIComponent(server.folder)}:${port}/postgres`);
    const opening = opens(`postgres:///postgres?host=/nowhere&user=chat`);
    await expect(opening).rejects.toThrow(
      'at the Unix socket /nowhere/.s.PGSQL.5432 cannot be reached: the Unix socket does not exist.',
    );
  });
});
