import assert from 'node:assert/strict';
import { access, appendFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { ChatClient } from '@chat/client';
import { askAll } from '../src/ask-all.js';
import { Job } from '../src/job.js';
import { Progress } from '../src/progress.js';
import { numbered, openStage } from './stage.js';

/** @param {string[]} questions */
const answered = (questions) =>
  questions.map((question) => ({ question, answer: `Re: ${question}` }));

test('asks every question once, past the limit of the server, and keeps their order', async (t) => {
  const questions = numbered(15);
  const stage = await openStage(t, {
    questions,
    limits: { messagesPerWindow: 10, windowMs: 1_000 },
  });
  const run = stage.start();
  assert.equal(await run.ended, 0, run.log());
  assert.match(run.log(), /waiting .* s: the allowance is spent/);
  assert.match(run.log(), /15 answers are in /);
  assert.deepEqual(await stage.answers(), answered(questions));
  assert.deepEqual((await stage.stored()).sort(), questions.sort());
});

test('killed in the middle and run again: nothing twice, nothing missing', async (t) => {
  const questions = numbered(20);
  const held = withResolvers();
  const asked = withResolvers();
  const stage = await openStage(t, {
    questions,
    reply: async (question) => {
      if (question === 'Question 8?') {
        asked.resolve(undefined);
        await held.promise;
      }
      return `Re: ${question}`;
    },
  });

  const first = stage.start();
  await asked.promise;
  // The server has this one and its answer will go nowhere; others wait behind it.
  await first.kill('SIGKILL');
  held.resolve(undefined);
  await assert.rejects(access(stage.answersFile));

  const second = stage.start();
  assert.equal(await second.ended, 0, second.log());
  assert.match(second.log(), /20 questions, [1-7] of them answered before/);
  assert.deepEqual(await stage.answers(), answered(questions));
  assert.deepEqual((await stage.stored()).sort(), questions.sort());
});

test('goes on when it was killed while it wrote a line', async (t) => {
  const questions = numbered(12);
  const stage = await openStage(t, { questions, limits: { messagesPerWindow: 5 } });
  const first = stage.start('--per-minute', '5');
  await first.says('4 of 12');
  await first.kill('SIGKILL');
  await appendFile(`${stage.answersFile}.part`, '{"number":12,"answ');

  const second = stage.start('--per-minute', '1000');
  await second.says('waiting');
  assert.match(second.log(), /12 questions, [45] of them answered before/);
});

test('stays within the allowance it is told, so that the server never has to refuse', async (t) => {
  const stage = await openStage(t, { questions: numbered(12), limits: { messagesPerWindow: 5 } });
  const run = stage.start('--per-minute', '5');
  await run.says('5 of 12 answered');
  assert.equal(await run.kill('SIGINT'), 130);
  assert.doesNotMatch(run.log(), /waiting/);
  assert.match(run.log(), /stopped at 5 of 12; run it again to go on/);
  assert.equal((await stage.stored()).length, 5);
});

test('has as many questions under way as it is told, and no more', async (t) => {
  const stage = await openStage(t, { questions: numbered(9) });
  let underWay = 0;
  let most = 0;
  const client = new ChatClient({
    ...stage.access,
    fetch: async (url, init) => {
      if (!url.endsWith('/chat')) return fetch(url, init);
      underWay += 1;
      most = Math.max(most, underWay);
      return fetch(url, init).finally(() => {
        underWay -= 1;
      });
    },
  });
  const job = await Job.open(stage.questionsFile, stage.answersFile);
  const { signal } = new AbortController();
  const limits = { concurrency: 3, perMinute: 60 };
  await askAll({ client, job, signal, progress: new Progress(), ...limits });
  await client.close();
  assert.equal(most, 3);
});

test('a question that the server refuses is told in its place, and the others go on', async (t) => {
  const stage = await openStage(t, {
    questions: ['Short?', 'x'.repeat(101), 'Short again?'],
    limits: { contentMaxLength: 100 },
  });
  const run = stage.start();
  assert.equal(await run.ended, 0, run.log());
  const [first, second, third] = await stage.answers();
  assert.equal(first.answer, 'Re: Short?');
  assert.match(second.refused, /100 characters/);
  assert.equal(third.answer, 'Re: Short again?');
  assert.match(run.log(), /3 answers, 1 of them refused/);
});

test('answers that are there already are not asked for again', async (t) => {
  const stage = await openStage(t, { questions: numbered(3) });
  await stage.start().ended;
  const run = stage.start();
  assert.equal(await run.ended, 1);
  assert.match(run.log(), /is there already/);
  assert.equal((await stage.stored()).length, 3);
});

test('other questions are not mixed with the answers of a job that was begun', async (t) => {
  const stage = await openStage(t, { questions: numbered(9), limits: { messagesPerWindow: 5 } });
  const first = stage.start('--per-minute', '5');
  await first.says('5 of 9 answered');
  await first.kill('SIGKILL');
  await writeFile(stage.questionsFile, 'Something else?\n');
  const second = stage.start();
  assert.equal(await second.ended, 1);
  assert.match(second.log(), /changed since .* was begun/);
});

function withResolvers() {
  /** @type {(value: unknown) => void} */
  let resolve = () => {};
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
