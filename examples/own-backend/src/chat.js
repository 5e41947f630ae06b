// @ts-check

import { Conversation } from './conversation.js';
import { HttpError, tooManyRequests } from './http.js';
import { RateLimit } from './rate-limit.js';

/** @import { Deliver, Reply } from './conversation.js' */

const CONTENT_MAX_LENGTH = 8000;

/** Shared by HTTP and WebSocket: the conversations of all users, and the message rate limit. */
export class Chat {
  #reply;
  #now;
  #rateLimit;
  #extensions;
  /** @type {Map<string, Conversation>} */
  #conversations = new Map();
  /** Called with each frame for the sockets of a user. @type {(username: string, ...frame: Parameters<Deliver>) => void} */
  onFrame = () => {};

  /**
   * @param {Reply} reply
   * @param {number} messagesPerMinute
   * @param {number} minuteMs
   * @param {() => number} now
   * @param {boolean} extensions
   */
  constructor(reply, messagesPerMinute, minuteMs, now, extensions) {
    this.#extensions = extensions;
    this.#reply = reply;
    this.#now = now;
    this.#rateLimit = new RateLimit(messagesPerMinute, minuteMs, now);
  }

  /** @param {string} username */
  conversation(username) {
    const existing = this.#conversations.get(username);
    if (existing !== undefined) return existing;
    /** @type {Deliver} */
    const deliver = (type, data) => this.onFrame(username, type, data);
    const created = new Conversation(this.#reply, deliver, this.#now, this.#extensions);
    this.#conversations.set(username, created);
    return created;
  }

  /**
   * Processes a message of a user, from HTTP or from a socket.
   *
   * @param {string} username
   * @param {string} content
   * @returns {Promise<string>} The assistant's reply.
   */
  async send(username, content) {
    if (content.trim() === '') throw new HttpError(400, 'A message must not be empty.');
    // Count code points, so that an emoji counts as one character.
    if ([...content.trim()].length > CONTENT_MAX_LENGTH) {
      throw new HttpError(400, `A message must be at most ${CONTENT_MAX_LENGTH} characters long.`);
    }
    if (!content.isWellFormed() || content.includes('\0')) {
      throw new HttpError(400, 'A message must be well-formed Unicode without NUL characters.');
    }
    this.#countMessage(username);
    return this.conversation(username).turn(content);
  }

  /**
   * Generates another reply to a question.
   *
   * @param {string} username
   * @param {string} messageId
   */
  async regenerate(username, messageId) {
    this.#countMessage(username);
    return this.conversation(username).regenerate(messageId);
  }

  /** @param {string} username */
  #countMessage(username) {
    const waitMs = this.#rateLimit.consume(username);
    if (waitMs > 0) throw tooManyRequests('Too many messages; send again later.', waitMs);
  }
}
