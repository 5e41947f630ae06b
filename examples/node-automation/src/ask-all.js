import { isChatError } from '@chat/client';
import PQueue from 'p-queue';

/**
 * Asks what the job has no answer to yet.
 *
 * @param {object} options
 * @param {import('@chat/client').ChatClient} options.client
 * @param {import('./job.js').Job} options.job
 * @param {number} options.concurrency Questions under way at once.
 * @param {number} options.perMinute Messages that leave in any sixty seconds.
 * @param {AbortSignal} options.signal Ends it; what is under way is given up.
 * @param {import('./progress.js').Progress} options.progress
 */
export async function askAll({ client, job, concurrency, perMinute, signal, progress }) {
  const queue = new PQueue({ concurrency, interval: 60_000, intervalCap: perMinute, strict: true });
  // The first failure ends the others: they would fail as well, and the next run goes on from here.
  const failure = new AbortController();
  const end = AbortSignal.any([signal, failure.signal]);
  end.addEventListener('abort', () => queue.clear());
  for (const question of job.open) {
    queue
      .add(async () => {
        // Should the answer be lost, the next run asks with the same key and is given the same answer.
        const options = { idempotencyKey: question.key, signal: end };
        await job.record(question, await outcomeOf(client, question.text, options));
        progress.answered(job);
      })
      .catch((error) => failure.abort(error));
  }
  await queue.onIdle();
  end.throwIfAborted();
}

/**
 * @param {import('@chat/client').ChatClient} client
 * @param {string} text
 * @param {import('@chat/client').SendOptions} options
 * @returns {Promise<import('./job.js').Outcome>}
 */
async function outcomeOf(client, text, options) {
  try {
    const { response } = await client.chat.send(text, { ...options, return: 'minimal' });
    return { answer: response };
  } catch (error) {
    // It is this question that the backend does not take; the others are as good as before.
    if (isChatError(error, 'bad_request')) return { refused: error.detail };
    throw error;
  }
}
