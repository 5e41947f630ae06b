import { ControlError } from './control-error.js';

/** Where a control call comes from. */
export interface ControlCaller {
  /** The address of the connection. */
  readonly address: string;
  readonly host: string | undefined;
  /** Only pages send it. */
  readonly origin: string | undefined;
}

/**
 * Control calls reveal tokens and passwords, so that they are accepted only from this machine, unless configured otherwise.
 * A page of another site must not use the browser of a developer to call the mock: its origin is checked, and the `Host`,
 * because any site can let its name point to this machine.
 * @throws {ControlError} 403
 */
export function assertControlAccess(caller: ControlCaller, allowRemote: boolean): void {
  const { address, host, origin } = caller;
  if (!allowRemote && !(isLoopback(address) && isLoopback(hostnameOf(`http://${host}`)))) {
    throw new ControlError(
      403,
      'Control calls are accepted from this machine only, at an address such as 127.0.0.1: start the mock with --control-remote to accept others.',
    );
  }
  if (origin === undefined || isLocalPage(origin, host)) return;
  throw new ControlError(403, 'Control calls are not accepted from pages of other sites.');
}

/** Whether a request comes from a page of this machine, such as one of a development server, or of the mock's own address. */
export function isLocalPage(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false;
  return isLoopback(hostnameOf(origin)) || new URL(origin).host === host;
}

function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').replace(/^::ffff:/i, '');
  return name === 'localhost' || name === '::1' || /^127(?:\.\d{1,3}){3}$/.test(name);
}
