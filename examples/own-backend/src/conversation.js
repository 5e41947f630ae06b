// @ts-check

/**
 * @typedef {object} Message
 * @property {'user' | 'assistant'} role
 * @property {string} content
 * @property {string} timestamp ISO 8601.
 */

/**
 * @callback Reply
 * @param {string} content What the user wrote.
 * @param {readonly Message[]} session The current session, that message included.
 * @returns {string | Promise<string>}
 */

/**
 * @callback Deliver
 * @param {Message} message
 * @returns {void}
 */

/** A session that was silent for longer is over. */
const IDLE_MS = 30 * 60_000;

/** All that one user and the assistant ever said. */
export class Conversation {
  #reply;
  #deliver;
  #now;
  #lastTime = 0;
  /** @type {Promise<unknown>} */
  #lastTurn = Promise.resolve();
  /** @type {Message[]} */
  messages = [];
  /** Where each session begins in `messages`. @type {number[]} */
  sessionStarts = [];
  /** How long each reply took. @type {number[]} */
  responseTimesMs = [];
  #sessionIsOpen = false;

  /**
   * @param {Reply} reply
   * @param {Deliver} deliver Told of each message once it is stored.
   * @param {() => number} now
   */
  constructor(reply, deliver, now) {
    this.#reply = reply;
    this.#deliver = deliver;
    this.#now = now;
  }

  /** The messages of the current session, oldest first. */
  get session() {
    return this.#sessionIsOpen ? this.messages.slice(this.sessionStarts.at(-1)) : [];
  }

  /** The day it is, in UTC: how a timestamp of today begins. */
  get today() {
    return new Date(this.#now()).toISOString().slice(0, 10);
  }

  endSession() {
    this.#sessionIsOpen = false;
  }

  /**
   * Stores the user's message and the assistant's reply. One turn at a time: what two devices send
   * at once stays message, reply, message, reply.
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
    if (!this.#sessionIsOpen) this.sessionStarts.push(this.messages.length);
    this.#sessionIsOpen = true;
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
    // A clock that was set back must not turn the order of the messages around.
    this.#lastTime = Math.max(this.#lastTime, this.#now());
    const message = { role, content, timestamp: new Date(this.#lastTime).toISOString() };
    this.messages.push(message);
    this.#deliver(message);
  }
}
