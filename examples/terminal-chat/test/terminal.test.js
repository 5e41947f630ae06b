import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { setUp } from './setup.js';

/** An assistant that pauses after its first chunk until `resume` is called. */
function pausingAssistant() {
  /** @type {(() => void)[]} */
  const pauses = [];
  return {
    resume: () => pauses.shift()?.(),
    assistant: {
      async *reply() {
        yield 'Good ';
        await new Promise((resolve) => pauses.push(() => resolve(undefined)));
        yield 'morning';
      },
    },
  };
}

test('prompts for the password without echoing it, and streams the reply', async (t) => {
  const { assistant, resume } = pausingAssistant();
  const setup = await setUp(t, { assistant });
  const terminal = setup.open();
  await terminal.logIn();
  await terminal.waitForEnd('Password of ada:', '* connected', '>');
  terminal.type('Hello\r');
  await terminal.waitForEnd('> Hello', 'assistant: Good');
  resume();
  await terminal.waitForEnd('> Hello', 'assistant: Good morning', '>');
  terminal.type('\x1b[A');
  await terminal.waitForEnd('> Hello');
  // The input history contains only the message, not the password.
  terminal.type('\x1b[A');
  await terminal.waitForEnd('assistant: Good morning', '>');
  assert.doesNotMatch(terminal.text(), /s3cret/);
});

for (const [name, keys] of Object.entries({ '/stop': '/stop\r', 'Ctrl+C': '\x03' })) {
  test(`${name} stops the reply`, async (t) => {
    const { assistant } = pausingAssistant();
    const setup = await setUp(t, { assistant });
    const terminal = setup.open();
    await terminal.logIn();
    await terminal.waitForEnd('* connected', '>');
    terminal.type('Hello\r');
    await terminal.waitForEnd('> Hello', 'assistant: Good');
    terminal.type(keys);
    await waitForText(terminal, /assistant: Good {2}\(stopped\)\n(> \/stop\n)?>$/);
    const { messages } = await setup.phone.chat.history();
    assert.deepEqual([messages[0]?.content, messages[0]?.stopped], ['Good ', true]);
  });
}

test('/regenerate requests another reply, and /new starts a new session', async (t) => {
  const setup = await setUp(t);
  const terminal = setup.open();
  await terminal.logIn();
  await terminal.waitForEnd('* connected', '>');
  terminal.type('/regenerate\r');
  await terminal.waitForEnd('> /regenerate', '* no messages yet', '>');
  terminal.type('Hello\r');
  await terminal.waitForEnd('> Hello', 'assistant: Hello', '>');
  terminal.type('/regenerate\r');
  await terminal.waitForEnd('> /regenerate', 'assistant: Hello', '>');
  terminal.type('/new\r');
  await terminal.waitForEnd('> /new', '* new session', '>');
  terminal.type('Goodbye\r');
  await terminal.waitForEnd('> Goodbye', 'assistant: Goodbye', '>');
  const { messages } = await setup.phone.chat.history({ order: 'asc' });
  assert.deepEqual(
    messages.map(({ content }) => content),
    ['Hello', 'Hello', 'Hello', 'Goodbye', 'Goodbye'],
  );
  assert.notEqual(messages[2]?.sessionId, messages[3]?.sessionId);
});

test('keeps input that is typed while a reply is streamed', async (t) => {
  const { assistant, resume } = pausingAssistant();
  const setup = await setUp(t, { assistant });
  const terminal = setup.open();
  await terminal.logIn();
  await terminal.waitForEnd('* connected', '>');
  terminal.type('Hello\r');
  await terminal.waitForEnd('> Hello', 'assistant: Good');
  terminal.type('One more\rand a hal');
  resume();
  await terminal.waitForEnd('assistant: Good morning', '> One more', 'assistant: Good');
  resume();
  await terminal.waitForEnd('> One more', 'assistant: Good morning', '> and a hal');
});

test('a message from another device does not disturb the input, even if it is long', async (t) => {
  const setup = await setUp(t);
  const terminal = setup.open();
  await terminal.logIn();
  await terminal.waitForEnd('* connected', '>');
  terminal.type(`${'a'.repeat(58)}bbb`);
  await terminal.waitForEnd(`> ${'a'.repeat(58)}`, 'bbb');
  await setup.phone.chat.send('From the phone');
  await terminal.waitForEnd(
    '* connected',
    'you: From the phone',
    'assistant: From the phone',
    `> ${'a'.repeat(58)}`,
    'bbb',
  );
  terminal.type('c\r');
  await terminal.waitForEnd(`bbbc`, `assistant: ${'a'.repeat(49)}`, `${'a'.repeat(9)}bbbc`, '>');
});

test('reports a lost connection, reconnects, and shows the missed messages', async (t) => {
  const setup = await setUp(t);
  const terminal = setup.open();
  await terminal.logIn();
  await terminal.waitForEnd('* connected', '>');
  setup.proxy.cut();
  await waitForText(terminal, /\* connection lost \(1006\), reconnecting in \d/);
  await setup.phone.chat.send('Are you there?');
  terminal.type('Written in a tunnel\r');
  setup.proxy.restore();
  terminal.type('/reconnect\r');
  await waitForText(terminal, /\* recovered \d missed messages/);
  await waitForText(terminal, /assistant: Written in a tunnel\n/);
  assert.match(terminal.text(), /you: Are you there\?\nassistant: Are you there\?\n/);
  assert.equal(terminal.text().match(/connected/g)?.length, 2);
  assert.equal(terminal.text().match(/assistant: Written in a tunnel/g)?.length, 1);
});

test('starts with the newest messages, and shows older ones page by page', async (t) => {
  const setup = await setUp(t);
  for (let number = 1; number <= 8; number += 1) await setup.phone.chat.send(`Number ${number}`);
  const pair = (/** @type {number} */ n) => [`you: Number ${n}`, `assistant: Number ${n}`];
  const terminal = setup.open();
  await terminal.logIn();
  await terminal.waitForEnd('* page 1 of 2', ...[4, 5, 6, 7, 8].flatMap(pair), '* connected', '>');
  terminal.type('/history\r');
  await terminal.waitForEnd('> /history', '* page 2 of 2', ...[1, 2, 3].flatMap(pair), '>');
  terminal.type('/history\r');
  await terminal.waitForEnd('> /history', '* no older messages', '>');
});

test('reports the rate limit, and continues automatically', async (t) => {
  const setup = await setUp(t, { limits: { messagesPerWindow: 1, windowMs: 1_000 } });
  const terminal = setup.open();
  await terminal.logIn();
  await terminal.waitForEnd('* connected', '>');
  terminal.type('One\rTwo\r');
  await waitForText(terminal, /\* rate limit reached, continuing in \d/);
  await waitForText(terminal, /assistant: Two\n>$/);
});

test('a message cannot control the terminal', async (t) => {
  const setup = await setUp(t);
  await setup.phone.chat.send('\x1b[2J\x1b]0;title\x07gone');
  const terminal = setup.open();
  await terminal.logIn();
  await waitForText(terminal, /you: \ufffd\[2J\ufffd\]0;title\ufffdgone/);
});

for (const [name, keys] of Object.entries({
  '/quit': '/quit\r',
  'Ctrl+C': '\x03',
  'Ctrl+D': '\x04',
})) {
  test(`${name} ends the program`, async (t) => {
    const setup = await setUp(t);
    const terminal = setup.open();
    await terminal.logIn();
    await terminal.waitForEnd('* connected', '>');
    terminal.type(keys);
    assert.equal(await terminal.ended, 0);
  });
}

test('a wrong password is reported and ends the program', async (t) => {
  const setup = await setUp(t);
  const terminal = setup.open();
  await terminal.waitForEnd('Password of ada:');
  terminal.type('wrong\r');
  assert.equal(await terminal.ended, 1);
  assert.match(terminal.text(), /password/i);
});

test('fails without a terminal', () => {
  const { status, stderr } = spawnSync(process.execPath, ['src/main.js'], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /needs a terminal/);
});

/**
 * @param {{ text: () => string, ended: Promise<number> }} terminal
 * @param {RegExp} pattern
 */
async function waitForText(terminal, pattern) {
  const deadline = Date.now() + 10_000;
  while (!pattern.test(terminal.text())) {
    if (Date.now() > deadline)
      throw new Error(`${pattern} is not on the screen:\n${terminal.text()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
