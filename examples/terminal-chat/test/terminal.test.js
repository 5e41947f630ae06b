import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { openStage } from './stage.js';

/** An assistant that says its pieces when it is told to. */
function pausing() {
  /** @type {(() => void)[]} */
  const pauses = [];
  return {
    goOn: () => pauses.shift()?.(),
    assistant: {
      async *reply() {
        yield 'Good ';
        await new Promise((resolve) => pauses.push(() => resolve(undefined)));
        yield 'morning';
      },
    },
  };
}

test('asks for the password without showing it, and shows a reply while it is made', async (t) => {
  const { assistant, goOn } = pausing();
  const stage = await openStage(t, { assistant });
  const terminal = stage.open();
  await terminal.logIn();
  await terminal.ends('Password of ada:', '* connected', '>');
  terminal.type('Hello\r');
  await terminal.ends('> Hello', 'assistant: Good');
  goOn();
  await terminal.ends('> Hello', 'assistant: Good morning', '>');
  terminal.type('\x1b[A');
  await terminal.ends('> Hello');
  // Behind what was said first there is nothing, and no password.
  terminal.type('\x1b[A');
  await terminal.ends('assistant: Good morning', '>');
  assert.doesNotMatch(terminal.shown(), /s3cret/);
});

test('what is typed while a reply is made is not lost and not in its way', async (t) => {
  const { assistant, goOn } = pausing();
  const stage = await openStage(t, { assistant });
  const terminal = stage.open();
  await terminal.logIn();
  await terminal.ends('* connected', '>');
  terminal.type('Hello\r');
  await terminal.ends('> Hello', 'assistant: Good');
  terminal.type('One more\rand a hal');
  goOn();
  await terminal.ends('assistant: Good morning', '> One more', 'assistant: Good');
  goOn();
  await terminal.ends('> One more', 'assistant: Good morning', '> and a hal');
});

test('a message from elsewhere leaves what is being typed alone, however long it is', async (t) => {
  const stage = await openStage(t);
  const terminal = stage.open();
  await terminal.logIn();
  await terminal.ends('* connected', '>');
  terminal.type(`${'a'.repeat(58)}bbb`);
  await terminal.ends(`> ${'a'.repeat(58)}`, 'bbb');
  await stage.phone.chat.send('From the phone');
  await terminal.ends(
    '* connected',
    'you: From the phone',
    'assistant: From the phone',
    `> ${'a'.repeat(58)}`,
    'bbb',
  );
  terminal.type('c\r');
  await terminal.ends(`bbbc`, `assistant: ${'a'.repeat(49)}`, `${'a'.repeat(9)}bbbc`, '>');
});

test('shows that the line is down, comes back, and shows what was said meanwhile', async (t) => {
  const stage = await openStage(t);
  const terminal = stage.open();
  await terminal.logIn();
  await terminal.ends('* connected', '>');
  stage.line.cut();
  await untilShown(terminal, /\* the line is down \(1006\), trying again in \d/);
  await stage.phone.chat.send('Are you there?');
  terminal.type('Written in a tunnel\r');
  stage.line.mend();
  terminal.type('/reconnect\r');
  await untilShown(terminal, /\* that is what was said meanwhile \(\d\)/);
  await untilShown(terminal, /assistant: Written in a tunnel\n/);
  assert.match(terminal.shown(), /you: Are you there\?\nassistant: Are you there\?\n/);
  assert.equal(terminal.shown().match(/connected/g)?.length, 2);
  assert.equal(terminal.shown().match(/assistant: Written in a tunnel/g)?.length, 1);
});

test('begins with the newest messages, and shows older ones page by page', async (t) => {
  const stage = await openStage(t);
  for (let number = 1; number <= 8; number += 1) await stage.phone.chat.send(`Number ${number}`);
  const pair = (/** @type {number} */ n) => [`you: Number ${n}`, `assistant: Number ${n}`];
  const terminal = stage.open();
  await terminal.logIn();
  await terminal.ends('* page 1 of 2', ...[4, 5, 6, 7, 8].flatMap(pair), '* connected', '>');
  terminal.type('/history\r');
  await terminal.ends('> /history', '* page 2 of 2', ...[1, 2, 3].flatMap(pair), '>');
  terminal.type('/history\r');
  await terminal.ends('> /history', '* that was all', '>');
});

test('says when it is too fast, and goes on by itself', async (t) => {
  const stage = await openStage(t, { limits: { messagesPerWindow: 1, windowMs: 1_000 } });
  const terminal = stage.open();
  await terminal.logIn();
  await terminal.ends('* connected', '>');
  terminal.type('One\rTwo\r');
  await untilShown(terminal, /\* too fast: it goes on in \d/);
  await untilShown(terminal, /assistant: Two\n>$/);
});

test('a message cannot steer the terminal', async (t) => {
  const stage = await openStage(t);
  await stage.phone.chat.send('\x1b[2J\x1b]0;title\x07gone');
  const terminal = stage.open();
  await terminal.logIn();
  await untilShown(terminal, /you: \ufffd\[2J\ufffd\]0;title\ufffdgone/);
});

for (const [name, keys] of Object.entries({
  '/quit': '/quit\r',
  'Ctrl+C': '\x03',
  'Ctrl+D': '\x04',
})) {
  test(`${name} ends it, and nothing keeps it`, async (t) => {
    const stage = await openStage(t);
    const terminal = stage.open();
    await terminal.logIn();
    await terminal.ends('* connected', '>');
    terminal.type(keys);
    assert.equal(await terminal.ended, 0);
  });
}

test('a wrong password is told, and ends it', async (t) => {
  const stage = await openStage(t);
  const terminal = stage.open();
  await terminal.ends('Password of ada:');
  terminal.type('wrong\r');
  assert.equal(await terminal.ended, 1);
  assert.match(terminal.shown(), /password/i);
});

test('without a terminal it says so', () => {
  const { status, stderr } = spawnSync(process.execPath, ['src/main.js'], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /needs a terminal/);
});

/**
 * @param {{ shown: () => string, ended: Promise<number> }} terminal
 * @param {RegExp} wanted
 */
async function untilShown(terminal, wanted) {
  const deadline = Date.now() + 10_000;
  while (!wanted.test(terminal.shown())) {
    if (Date.now() > deadline)
      throw new Error(`${wanted} is not on the screen:\n${terminal.shown()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
