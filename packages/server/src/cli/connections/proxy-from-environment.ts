import { SettingError } from '../errors.js';
import type { Environment } from '../settings/read-settings.js';

/**
 * The proxy for a URL, from the variables that most programs read: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`,
 * in capital or small letters.
 * @throws {SettingError} when the proxy's URL is invalid
 */
export function proxyFromEnvironment(url: URL, environment: Environment): string | undefined {
  const read = (name: string): string => environment[name.toLowerCase()] || environment[name] || '';
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const variable = read(name) === '' ? 'ALL_PROXY' : name;
  const text = read(variable);
  if (text === '' || isExcluded(url, read('NO_PROXY'))) return undefined;
  const proxy = text.includes('://') ? text : `http://${text}`;
  if (URL.canParse(proxy) && /^https?:$/.test(new URL(proxy).protocol)) return proxy;
  // The message does not repeat the URL: it may contain a password.
  throw new SettingError(
    `${variable} is invalid: expected the URL of an HTTP proxy, such as http://proxy.example:3128.`,
  );
}

/** Whether `NO_PROXY` contains the host, a domain above it, or `*`. An entry may end in a port. */
function isExcluded({ hostname, port, protocol }: URL, noProxy: string): boolean {
  const targetPort = port || (protocol === 'https:' ? '443' : '80');
  return noProxy.split(/[\s,]+/).some((entry) => {
    if (entry === '*') return true;
    const [, name = '', entryPort] = /^(.+?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    const domain = name.replace(/^\*?\./, '');
    if (domain === '' || (entryPort ?? targetPort) !== targetPort) return false;
    return hostname === domain || hostname.endsWith(`.${domain}`);
  });
}
