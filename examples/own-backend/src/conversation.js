// @ts-check
import { randomUUID } from 'node:crypto';
import { HttpError } from './http.js';

/**
 * @typedef {object} Message
 * @property {'user' | 'assistant'} role
 * @property {string} content
 * @property {string} timestamp ISO 8601.
 * @property {string} [id] An extension, like the following.
 * @property {string} [sessionId]
 * @property {string} [replyTo] Of a reply: the id of its question.
 */

/**
 * @callback Reply
 * @param {string} content The user's message.
 * @param {readonly Message[]} session The current session, including that message.
 * @param {AbortSignal} signal Aborted when the user stops the reply.
 * @returns {string | Promise<string>}
 */

/**
 * @callback Deliver
 * @param {'message' | 'status'} type
 * @param {object} data
 * @returns {void}
 */

/** A session that is idle for longer ends. */
const IDLE_MS = 30 * 60_000;

/** All messages of one user and the assistant. */
export class Conversation {
  #reply;
  #deliver;
  #now;
  #extensions;
  #lastTime = 0;
  /** @type {Promise<unknown>} */
  #lastTurn = Promise.resolve();
  /** @type {Message[]} */
  messages = [];
  /** The index in `messages` at which each session starts. @type {number[]} */
  sessionStarts = [];
  /** The response time of each reply. @type {number[]} */
  responseTimesMs = [];
  #isSessionOpen = false;
  /** Of the current session, or of the next one if it was created already. */
  #sessionId = randomUUID();
  /** The reply in progress. @type {{ question: Message, controller: AbortController } | undefined} */
  #running;

  /**
   * @param {Reply} reply
   * @param {Deliver} deliver Called with each message after it is stored, and with statuses.
   * @param {() => number} now
   * @param {boolean} extensions Whether messages have ids.
   */
  constructor(reply, deliver, now, extensions) {
    this.#reply = reply;
    this.#deliver = deliver;
    this.#now = now;
    this.#extensions = extensions;
  }

  /** The messages of the current session, oldest first. */
  get session() {
    return this.#isSessionOpen ? this.messages.slice(this.sessionStarts.at(-1)) : [];
  }

  /** The current UTC day, as it appears at the start of a timestamp. */
  get today() {
    return new Date(this.#now()).toISOString().slice(0, 10);
  }

  endSession() {
    // A session without messages is used for the next message.
    if (this.#isSessionOpen) this.#sessionId = randomUUID();
    this.#isSessionOpen = false;
  }

  /** Ends the session, after the reply in progress, and returns the next one. */
  newSession() {
    return this.#inTurn(async () => {
      this.endSession();
      const time = new Date(this.#now()).toISOString();
      return { id: this.#sessionId, startTime: time, lastMessageTime: time, messageCount: 0 };
    });
  }

  /**
   * Stops the reply in progress: its question stays without a reply.
   *
   * @param {string} [questionId] By default, any reply.
   * @returns {boolean} Whether a reply was stopped.
   */
  stop(questionId) {
    if (this.#running === undefined) return false;
    const { question, controller } = this.#running;
    if (questionId !== undefined && questionId !== question.id) return false;
    controller.abort();
    return true;
  }

  /**
   * Stores the user's message and the assistant's reply. Turns run one at a time, so that each reply follows its message even if
   * two devices send at once.
   *
   * @param {string} content
   * @returns {Promise<string>} The reply. It is empty if it was stopped.
   */
  turn(content) {
    return this.#inTurn(() => {
      if (this.#now() - this.#lastTime > IDLE_MS) this.endSession();
      return this.#answer(this.#store({ role: 'user', content }));
    });
  }

  /**
   * Stores another reply to a question.
   *
   * @param {string} messageId Of the question, or of a reply to it.
   * @returns {Promise<string>} The reply.
   */
  regenerate(messageId) {
    return this.#inTurn(async () => {
      const message = this.messages.find(({ id }) => id === messageId);
      const question = this.messages.find(({ id }) => id === (message?.replyTo ?? messageId));
      if (question === undefined) throw new HttpError(404, 'There is no message with this id.');
      return this.#answer(question);
    });
  }

  /**
   * @template Result
   * @param {() => Promise<Result>} work
   */
  #inTurn(work) {
    const turn = this.#lastTurn.then(work);
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }

  /** @param {Message} question */
  async #answer(question) {
    const controller = new AbortController();
    const { signal } = controller;
    const stopped = new Promise((resolve) => signal.addEventListener('abort', () => resolve('')));
    const session = this.session.slice(0, this.session.indexOf(question) + 1);
    const { id, sessionId } = question;
    this.#running = { question, controller };
    try {
      this.#status('typing', 'The assistant is typing.', { sessionId, replyTo: id });
      const startedAt = this.#now();
      const reply = this.#reply(question.content, session, signal);
      const content = await Promise.race([stopped, reply]);
      if (signal.aborted) {
        this.#status('stopped', 'The reply was stopped.', { sessionId, id });
        return '';
      }
      this.responseTimesMs.push(this.#now() - startedAt);
      this.#store({ role: 'assistant', content, ...(this.#extensions && { replyTo: id }) });
      return content;
    } finally {
      this.#running = undefined;
    }
  }

  /**
   * @param {Pick<Message, 'role' | 'content' | 'replyTo'>} fields
   * @returns {Message}
   */
  #store(fields) {
    if (!this.#isSessionOpen) this.sessionStarts.push(this.messages.length);
    this.#isSessionOpen = true;
    // If the clock was set back, timestamps must not decrease.
    this.#lastTime = Math.max(this.#lastTime, this.#now());
    const message = {
      ...fields,
      timestamp: new Date(this.#lastTime).toISOString(),
      ...(this.#extensions && { id: randomUUID(), sessionId: this.#sessionId }),
    };
    this.messages.push(message);
    this.#deliver('message', message);
    return message;
  }

  /**
   * @param {string} event
   * @param {string} content
   * @param {object} details
   */
  #status(event, content, details) {
    if (!this.#extensions) return;
    const timestamp = new Date(this.#now()).toISOString();
    this.#deliver('status', { role: 'system', event, content, timestamp, ...details });
  }
}
