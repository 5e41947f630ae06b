// @ts-check
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * Creates a certificate for 127.0.0.1 that is its own authority.
 * @param {string} folder where the files `server.crt` and `server.key` are written
 */
export function createCertificate(folder) {
  const certificate = join(folder, 'server.crt');
  const key = join(folder, 'server.key');
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=chat-test'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1'],
    ],
    { stdio: 'ignore' },
  );
  return { certificate, key };
}
