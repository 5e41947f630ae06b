// @ts-check
import { Allowance } from './allowance.js';
import { Conversation } from './conversation.js';
import { Refusal } from './http.js';

/** @import { Deliver, Message, Reply } from './conversation.js' */

const CONTENT_MAX_LENGTH = 8000;

/** What both doors lead to: the conversations of all users, and how much each may say. */
export class Chat {
  #reply;
  #allowance;
  /** @type {Map<string, Conversation>} */
  #conversations = new Map();
  /** Who wants to hear of new messages, by username. @type {(username: string, message: Message) => void} */
  onMessage = () => {};

  /**
   * @param {Reply} reply
   * @param {number} messagesPerMinute
   */
  constructor(reply, messagesPerMinute) {
    this.#reply = reply;
    this.#allowance = new Allowance(messagesPerMinute);
  }

  /** @param {string} username */
  conversation(username) {
    const known = this.#conversations.get(username);
    if (known !== undefined) return known;
    /** @type {Deliver} */
    const deliver = (message) => this.onMessage(username, message);
    const fresh = new Conversation(this.#reply, deliver);
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
    if (content.length > CONTENT_MAX_LENGTH) {
      throw new Refusal(400, `A message must be at most ${CONTENT_MAX_LENGTH} characters long.`);
    }
    if (!content.isWellFormed() || content.includes('\0')) {
      throw new Refusal(400, 'A message must be well-formed Unicode without NUL characters.');
    }
    if (!this.#allowance.take(username)) {
      throw new Refusal(429, 'Too many messages: wait a minute, then send again.');
    }
    return this.conversation(username).turn(content);
  }
}
