import { forkServer } from '../forked.mjs';

/** Starts one of the programs in servers/. */
export function forkRealtime(name, secret) {
  return forkServer(new URL(`servers/${name}.mjs`, import.meta.url), { BENCH_SECRET: secret });
}
