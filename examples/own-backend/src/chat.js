// @ts-check
import { Allowance } from './allowance.js';
import { Conversation } from './conversation.js';
import { Refusal, tooMany } from './http.js';

/** @import { Deliver, Message, Reply } from './conversation.js' */

const CONTENT_MAX_LENGTH = 8000;

/** What both doors lead to: the conversations of all users, and how much each may say. */
export class Chat {
  #reply;
  #now;
  #allowance;
  /** @type {Map<string, Conversation>} */
  #conversations = new Map();
  /** Who wants to hear of new messages, by username. @type {(username: string, message: Message) => void} */
  onMessage = () => {};

  /**
   * @param {Reply} reply
   * @param {number} messagesPerMinute
   * @param {number} minuteMs
   * @param {() => number} now
   */
  constructor(reply, messagesPerMinute, minuteMs, now) {
    this.#reply = reply;
    this.#now = now;
    this.#allowance = new Allowance(messagesPerMinute, minuteMs, now);
  }

  /** @param {string} username */
  conversation(username) {
    const known = this.#conversations.get(username);
    if (known !== undefined) return known;
    /** @type {Deliver} */
    const deliver = (message) => this.onMessage(username, message);
    const fresh = new Conversation(this.#reply, deliver, this.#now);
    this.#conversations.set(username, fresh);
    return fresh;
  }

  /**
   * Takes a user's message, whichever door it came through.
   *
   * @param {string} username
   * @param {string} content
   * @returns {Promise<string>} The assistant's reply.
   */
  async say(username, content) {
    if (content.trim() === '') throw new Refusal(400, 'A message must not be empty.');
    // By code points: an emoji is one character to whoever wrote it.
    if ([...content.trim()].length > CONTENT_MAX_LENGTH) {
      throw new Refusal(400, `A message must be at most ${CONTENT_MAX_LENGTH} characters long.`);
    }
    if (!content.isWellFormed() || content.includes('\0')) {
      throw new Refusal(400, 'A message must be well-formed Unicode without NUL characters.');
    }
    const waitMs = this.#allowance.take(username);
    if (waitMs > 0) throw tooMany('Too many messages; send again later.', waitMs);
    return this.conversation(username).turn(content);
  }
}
