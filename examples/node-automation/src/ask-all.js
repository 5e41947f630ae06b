import { isChatError } from '@chat/client';
import PQueue from 'p-queue';

/**
 * Sends all questions of the job that have no answer yet.
 *
 * @param {object} options
 * @param {import('@chat/client').ChatClient} options.client
 * @param {import('./job.js').Job} options.job
 * @param {number} options.concurrency Maximum number of questions in flight.
 * @param {number} options.perMinute Maximum number of messages in any sixty seconds.
 * @param {AbortSignal} options.signal Stops the run and cancels the questions in flight.
 * @param {import('./progress.js').Progress} options.progress
 */
export async function askAll({ client, job, concurrency, perMinute, signal, progress }) {
  const queue = new PQueue({ concurrency, interval: 60_000, intervalCap: perMinute, strict: true });
  // Stop after the first failure: the other questions would fail too, and the next run continues from here.
  const failure = new AbortController();
  const stopSignal = AbortSignal.any([signal, failure.signal]);
  stopSignal.addEventListener('abort', () => queue.clear());
  for (const question of job.pending) {
    queue
      .add(async () => {
        // If the answer is lost, the next run sends the same key and receives the same answer.
        const options = { idempotencyKey: question.key, signal: stopSignal };
        await job.record(question, await outcomeOf(client, question.text, options));
        progress.answered(job);
      })
      .catch((error) => failure.abort(error));
  }
  await queue.onIdle();
  stopSignal.throwIfAborted();
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
    // The backend rejects only this question; continue with the others.
    if (isChatError(error, 'bad_request')) return { rejected: error.detail };
    throw error;
  }
}
