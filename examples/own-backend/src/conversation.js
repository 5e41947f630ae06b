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

/** All that one user and the assistant ever said. */
export class Conversation {
  #reply;
  #deliver;
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
   */
  constructor(reply, deliver) {
    this.#reply = reply;
    this.#deliver = deliver;
  }

  /** The messages of the current session, oldest first. */
  get session() {
    return this.#sessionIsOpen ? this.messages.slice(this.sessionStarts.at(-1)) : [];
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
    if (!this.#sessionIsOpen) this.sessionStarts.push(this.messages.length);
    this.#sessionIsOpen = true;
    this.#store('user', content);
    const startedAt = performance.now();
    const reply = await this.#reply(content, this.session);
    this.responseTimesMs.push(performance.now() - startedAt);
    this.#store('assistant', reply);
    return reply;
  }

  /**
   * @param {Message['role']} role
   * @param {string} content
   */
  #store(role, content) {
    const message = { role, content, timestamp: new Date().toISOString() };
    this.messages.push(message);
    this.#deliver(message);
  }
}
