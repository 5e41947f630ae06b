// @ts-check

/**
 * @typedef {object} Message
 * @property {'user' | 'assistant'} role
 * @property {string} content
 * @property {string} timestamp ISO 8601.
 */

/**
 * @callback Reply
 * @param {string} content The user's message.
 * @param {readonly Message[]} session The current session, including that message.
 * @returns {string | Promise<string>}
 */

/**
 * @callback Deliver
 * @param {Message} message
 * @returns {void}
 */

/** A session that is idle for longer ends. */
const IDLE_MS = 30 * 60_000;

/** All messages of one user and the assistant. */
export class Conversation {
  #reply;
  #deliver;
  #now;
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

  /**
   * @param {Reply} reply
   * @param {Deliver} deliver Called with each message after it is stored.
   * @param {() => number} now
   */
  constructor(reply, deliver, now) {
    this.#reply = reply;
    this.#deliver = deliver;
    this.#now = now;
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
    this.#isSessionOpen = false;
  }

  /**
   * Stores the user's message and the assistant's reply. Turns run one at a time, so that each reply follows its message even if
   * two devices send at once.
   *
   * @param {string} content
   * @returns {Promise<string>} The reply.
   */
  turn(content) {
    const turn = this.#lastTurn.then(() => this.#runTurn(content));
    this.#lastTurn = turn.catch(() => {});
    return turn;
  }

  /** @param {string} content */
  async #runTurn(content) {
    if (this.#now() - this.#lastTime > IDLE_MS) this.endSession();
    if (!this.#isSessionOpen) this.sessionStarts.push(this.messages.length);
    this.#isSessionOpen = true;
    this.#store('user', content);
    const startedAt = this.#now();
    const reply = await this.#reply(content, this.session);
    this.responseTimesMs.push(this.#now() - startedAt);
    this.#store('assistant', reply);
    return reply;
  }

  /**
   * @param {Message['role']} role
   * @param {string} content
   */
  #store(role, content) {
    // If the clock was set back, timestamps must not decrease.
    this.#lastTime = Math.max(this.#lastTime, this.#now());
    const message = { role, content, timestamp: new Date(this.#lastTime).toISOString() };
    this.messages.push(message);
    this.#deliver(message);
  }
}
