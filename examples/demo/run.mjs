// `npm run demo`: the packed client talks to the real server, and every result is checked.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHttpScenario } from './http-scenario.mjs';
import { loadPackedClient } from './packed-client.mjs';
import { Reporter, StepError } from './reporter.mjs';
import { runSocketScenario } from './socket-scenario.mjs';

/** The demo takes about 20 seconds. */
const timeoutMs = 90_000;

const reporter = new Reporter();
const folder = await mkdtemp(join(tmpdir(), 'chat-demo-'));
const servers = [];
// Leave no server process and no file behind, however the demo ends.
process.on('exit', () => {
  for (const server of servers) server.kill();
  rmSync(folder, { recursive: true, force: true });
});
setTimeout(() => {
  console.error(`\n✗ Timeout after ${timeoutMs / 1000} s in step: ${reporter.step}`);
  process.exit(1);
}, timeoutMs).unref();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

try {
  const context = {
    folder,
    secret: randomBytes(32).toString('hex'),
    onServer: (server) => servers.push(server),
  };
  reporter.section('Preparation: the packed client');
  await reporter.runStep('pack the client as it would be published', async () => {
    const { module, files } = await loadPackedClient();
    context.client = module;
    return `@chat/client packed (${files} files) and loaded from its tarball`;
  });
  reporter.section('Scenario 1: a conversation over HTTP');
  await runHttpScenario(reporter, context);
  reporter.section('Scenario 2: a conversation over WebSockets');
  await runSocketScenario(reporter, context);
  console.log(`\n${'─'.repeat(72)}\nSummary${reporter.summary()}`);
} catch (error) {
  console.error(`\n✗ The demo failed in step: ${reporter.step}`);
  console.error(error instanceof StepError ? error.message : error);
  const log = servers.at(-1)?.log.trimEnd().split('\n').slice(-20).join('\n');
  if (log) console.error(`\nThe end of the server's log:\n${log}`);
  process.exit(1);
}
// No process.exit() here: the process ends by itself only if nothing was left open.
