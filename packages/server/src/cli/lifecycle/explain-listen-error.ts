/** Explains why the server cannot listen, and how to fix it. */
export function explainListenError(
  { host, port }: { readonly host: string; readonly port: number },
  error: NodeJS.ErrnoException,
): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is in use: stop the program that listens there, or set another port with --port (0 selects a free one).`;
    case 'EACCES':
      return `Port ${port} of ${host} needs permissions that this process does not have: set a port from 1024 with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This machine has no address ${host}: set --host to one of its addresses, such as 127.0.0.1, or to 0.0.0.0 for all.`;
    default:
      return `Cannot listen on ${host}, port ${port}: ${error.message}.`;
  }
}
