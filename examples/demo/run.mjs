// `npm run demo`: the packed client talks to the real program, and everything it says is checked.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstAct } from './first-act.mjs';
import { loadPackedClient } from './packed-client.mjs';
import { secondAct } from './second-act.mjs';
import { StepFailed, Story } from './story.mjs';

/** It takes about 20 seconds; whatever waits for longer waits in vain. */
const patienceMs = 90_000;

const story = new Story();
const folder = await mkdtemp(join(tmpdir(), 'chat-demo-'));
const programs = [];
// Whatever happens, no server and no file outlive the demo.
process.on('exit', () => {
  for (const program of programs) program.kill();
  rmSync(folder, { recursive: true, force: true });
});
setTimeout(() => {
  console.error(`\n✗ The demo waited too long at: ${story.step}`);
  process.exit(1);
}, patienceMs).unref();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

try {
  const stage = {
    folder,
    secret: randomBytes(32).toString('hex'),
    onProgram: (program) => programs.push(program),
  };
  story.act('Before: the packed client');
  await story.tell('pack the client as it would be published', async () => {
    const { module, files } = await loadPackedClient();
    stage.client = module;
    return `@chat/client packed (${files} files) and loaded from its tarball`;
  });
  story.act('First act: a conversation over HTTP');
  await firstAct(story, stage);
  story.act('Second act: the same over WebSockets');
  await secondAct(story, stage);
  console.log(`\n${'─'.repeat(72)}\nSummary${story.summary()}`);
} catch (error) {
  console.error(`\n✗ The demo failed at: ${story.step}`);
  console.error(error instanceof StepFailed ? error.message : error);
  const log = programs.at(-1)?.log.trimEnd().split('\n').slice(-20).join('\n');
  if (log) console.error(`\nThe end of the server's log:\n${log}`);
  process.exit(1);
}
// When all went well the process ends by itself, which shows that nothing was left open.
