import assert from 'node:assert/strict';
import { access, appendFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { ChatClient } from '@chat/client';
import { askAll } from '../src/ask-all.js';
import { Job } from '../src/job.js';
import { Progress } from '../src/progress.js';
import { numbered, setUp } from './setup.js';

/** @param {string[]} questions */
const expectedAnswers = (questions) =>
  questions.map((question) => ({ question, answer: `Re: ${question}` }));

test('sends every question once, waits for the rate limit, and keeps the order', async (t) => {
  const questions = numbered(15);
  const setup = await setUp(t, {
    questions,
    limits: { messagesPerWindow: 10, windowMs: 1_000 },
  });
  const run = setup.start();
  assert.equal(await run.ended, 0, run.log());
  assert.match(run.log(), /waiting .* s: rate limit reached/);
  assert.match(run.log(), /wrote 15 answers to /);
  assert.deepEqual(await setup.answers(), expectedAnswers(questions));
  assert.deepEqual((await setup.stored()).sort(), questions.sort());
});

test('stores every question once when it is killed and started again', async (t) => {
  const questions = numbered(20);
  const release = withResolvers();
  const received = withResolvers();
  const setup = await setUp(t, {
    questions,
    reply: async (question) => {
      if (question === 'Question 8?') {
        received.resolve(undefined);
        await release.promise;
      }
      return `Re: ${question}`;
    },
  });

  const first = setup.start();
  await received.promise;
  // The server has received this question, but its answer will be lost; other questions wait behind it.
  await first.kill('SIGKILL');
  release.resolve(undefined);
  await assert.rejects(access(setup.answersFile));

  const second = setup.start();
  assert.equal(await second.ended, 0, second.log());
  assert.match(second.log(), /20 questions, [1-7] already answered/);
  assert.deepEqual(await setup.answers(), expectedAnswers(questions));
  assert.deepEqual((await setup.stored()).sort(), questions.sort());
});

test('ignores an incomplete line in the journal', async (t) => {
  const questions = numbered(12);
  const setup = await setUp(t, { questions, limits: { messagesPerWindow: 5 } });
  const first = setup.start('--per-minute', '5');
  await first.waitForOutput('4 of 12');
  await first.kill('SIGKILL');
  await appendFile(`${setup.answersFile}.part`, '{"number":12,"answ');

  const second = setup.start('--per-minute', '1000');
  await second.waitForOutput('waiting');
  assert.match(second.log(), /12 questions, [45] already answered/);
});

test('stays within --per-minute, so that the server never rejects a message', async (t) => {
  const setup = await setUp(t, { questions: numbered(12), limits: { messagesPerWindow: 5 } });
  const run = setup.start('--per-minute', '5');
  await run.waitForOutput('5 of 12 answered');
  assert.equal(await run.kill('SIGINT'), 130);
  assert.doesNotMatch(run.log(), /waiting/);
  assert.match(run.log(), /stopped at 5 of 12; run the program again to continue/);
  assert.equal((await setup.stored()).length, 5);
});

test('never has more than `concurrency` questions in flight', async (t) => {
  const setup = await setUp(t, { questions: numbered(9) });
  let inFlight = 0;
  let maximum = 0;
  const client = new ChatClient({
    ...setup.access,
    fetch: async (url, init) => {
      if (!url.endsWith('/chat')) return fetch(url, init);
      inFlight += 1;
      maximum = Math.max(maximum, inFlight);
      return fetch(url, init).finally(() => {
        inFlight -= 1;
      });
    },
  });
  const job = await Job.open(setup.questionsFile, setup.answersFile);
  const { signal } = new AbortController();
  const limits = { concurrency: 3, perMinute: 60 };
  await askAll({ client, job, signal, progress: new Progress(), ...limits });
  await client.close();
  assert.equal(maximum, 3);
});

test('records a rejected question and continues with the others', async (t) => {
  const setup = await setUp(t, {
    questions: ['Short?', 'x'.repeat(101), 'Short again?'],
    limits: { contentMaxLength: 100 },
  });
  const run = setup.start();
  assert.equal(await run.ended, 0, run.log());
  const [first, second, third] = await setup.answers();
  assert.equal(first.answer, 'Re: Short?');
  assert.match(second.rejected, /100 characters/);
  assert.equal(third.answer, 'Re: Short again?');
  assert.match(run.log(), /wrote 3 answers to .*, 1 rejected/);
});

test('does not send anything if the answers file exists', async (t) => {
  const setup = await setUp(t, { questions: numbered(3) });
  await setup.start().ended;
  const run = setup.start();
  assert.equal(await run.ended, 1);
  assert.match(run.log(), /already exists/);
  assert.equal((await setup.stored()).length, 3);
});

test('rejects changed questions for a job in progress', async (t) => {
  const setup = await setUp(t, { questions: numbered(9), limits: { messagesPerWindow: 5 } });
  const first = setup.start('--per-minute', '5');
  await first.waitForOutput('5 of 9 answered');
  await first.kill('SIGKILL');
  await writeFile(setup.questionsFile, 'Something else?\n');
  const second = setup.start();
  assert.equal(await second.ended, 1);
  assert.match(second.log(), /changed after .* was created/);
});

function withResolvers() {
  /** @type {(value: unknown) => void} */
  let resolve = () => {};
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
