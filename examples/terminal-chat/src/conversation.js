/** @import { ChatClient, ChatSocket, HistoryPage, Message, SocketStateChange } from '@chat/client' */
/** @import { Terminal } from './terminal.js' */

const help = [
  '/stop stops the reply, /regenerate requests another one, /new starts a new session',
  '/history shows older messages, /reconnect reconnects now, /quit ends the program',
].join('\n');
const pageSize = 10;
const stoppedMark = ' (stopped)';

/** The conversation of one user in a terminal. */
export class Conversation {
  #client;
  #terminal;
  /** The oldest page that was shown. @type {HistoryPage | undefined} */
  #page;
  /** Messages typed here that the server has not confirmed; they are already on the screen. @type {string[]} */
  #unconfirmed = [];
  /** Whether a reply is being printed. */
  #isStreaming = false;
  /** Whether the assistant is generating a reply. */
  #isReplying = false;
  /** The id of the newest message. @type {string | undefined} */
  #lastId;

  /**
   * @param {ChatClient} client
   * @param {Terminal} terminal
   */
  constructor(client, terminal) {
    this.#client = client;
    this.#terminal = terminal;
  }

  /** Runs until the user quits or the socket closes. */
  async run() {
    await this.#showHistory();
    const socket = this.#client.connect({ stream: true });
    this.#listen(socket);
    this.#terminal.onInterrupt = () => {
      if (this.#isReplying) this.#stop(socket);
      else this.#terminal.close();
    };
    try {
      for await (const line of this.#terminal.lines()) {
        if (line === '/quit') break;
        await this.#execute(socket, line);
      }
    } finally {
      socket.close();
    }
  }

  /**
   * @param {ChatSocket} socket
   * @param {string} line
   */
  async #execute(socket, line) {
    if (line.trim() === '') return;
    if (line === '/history') await this.#showHistory();
    else if (line === '/reconnect') socket.reconnect();
    else if (line === '/stop') this.#stop(socket);
    else if (line === '/regenerate') this.#regenerate();
    else if (line === '/new') await this.#startSession();
    else if (line.startsWith('/')) this.#terminal.print(help);
    else this.#send(socket, line);
  }

  /**
   * Does not wait: while disconnected, the message stays in the client's queue.
   *
   * @param {ChatSocket} socket
   * @param {string} text
   */
  #send(socket, text) {
    this.#unconfirmed.push(text);
    socket.send(text).catch((error) => {
      this.#unconfirmed = this.#unconfirmed.filter((typed) => typed !== text);
      this.#printError(error);
    });
  }

  /** @param {ChatSocket} socket */
  #stop(socket) {
    try {
      socket.stop();
    } catch (error) {
      this.#printError(error);
    }
  }

  /** Does not wait: the reply arrives at the socket. */
  #regenerate() {
    if (this.#lastId === undefined) this.#terminal.print('* no messages yet');
    else this.#client.chat.regenerate(this.#lastId).catch((error) => this.#printError(error));
  }

  async #startSession() {
    try {
      await this.#client.chat.newSession();
      this.#terminal.print('* new session');
    } catch (error) {
      this.#printError(error);
    }
  }

  /** @param {unknown} error */
  #printError(error) {
    this.#terminal.print(`! ${error instanceof Error ? error.message : error}`);
  }

  /** @param {ChatSocket} socket */
  #listen(socket) {
    socket.on('typing', () => {
      this.#isReplying = true;
    });
    socket.on('delta', ({ content, offset }) => {
      // After a reconnect the reply continues where it was.
      const start = offset ? 'assistant: … ' : 'assistant: ';
      this.#terminal.printChunk(this.#isStreaming ? content : start + content);
      this.#isStreaming = true;
      this.#isReplying = true;
    });
    socket.on('message', (message) => this.#showMessage(message));
    socket.on('state', (change) => this.#showState(change));
    socket.on('recovered', ({ count, complete }) => {
      if (count > 0) this.#terminal.print(`* recovered ${count} missed messages`);
      if (!complete) this.#terminal.print('* some messages may be missing: /history');
    });
    socket.on('status', (status) => {
      if (status.event === 'error' || status.event === 'stopped') this.#isReplying = false;
      if (status.event === 'rate_limited') {
        const wait = seconds(status.retryAfterMs ?? 0);
        this.#terminal.print(`* rate limit reached, continuing in ${wait}`);
      } else if (['error', 'stopped', undefined].includes(status.event)) {
        this.#terminal.print(`* ${status.content}`);
      }
    });
  }

  /** @param {Message} message */
  #showMessage(message) {
    const typed = this.#unconfirmed.indexOf(message.content);
    this.#lastId = message.id;
    if (message.role === 'assistant') this.#isReplying = false;
    if (message.role === 'user' && typed >= 0) {
      this.#unconfirmed.splice(typed, 1);
    } else if (message.role === 'assistant' && this.#isStreaming) {
      this.#isStreaming = false;
      if (message.stopped) this.#terminal.printChunk(stoppedMark);
      this.#terminal.endChunks();
    } else {
      this.#terminal.print(formatMessage(message));
    }
  }

  /** @param {SocketStateChange} change */
  #showState({ state, code, retryInMs = 0, error }) {
    if (state !== 'open' && this.#isStreaming) {
      this.#isStreaming = false;
      this.#terminal.printChunk(' …');
      this.#terminal.endChunks();
    }
    if (state === 'open') this.#terminal.print('* connected');
    if (state === 'waiting') {
      const suffix = code === undefined ? '' : ` (${code})`;
      this.#terminal.print(`* connection lost${suffix}, reconnecting in ${seconds(retryInMs)}`);
    }
    if (state === 'closed') {
      if (error instanceof Error) this.#terminal.print(`* ${error.message}`);
      this.#terminal.close();
    }
  }

  /** Shows the next older page, oldest message first. */
  async #showHistory() {
    const page = this.#page
      ? this.#page.hasNextPage() && (await this.#page.nextPage())
      : await this.#client.chat.history({ pageSize });
    if (!page) {
      this.#terminal.print('* no older messages');
      return;
    }
    this.#page = page;
    const { page: number, total } = page.pagination;
    if (total > 0) this.#terminal.print(`* page ${number} of ${Math.ceil(total / pageSize)}`);
    this.#lastId ??= page.messages[0]?.id;
    for (const message of page.messages.toReversed()) this.#terminal.print(formatMessage(message));
  }
}

/** @param {Message} message */
function formatMessage({ role, content, stopped }) {
  return `${role === 'user' ? 'you' : role}: ${content}${stopped ? stoppedMark : ''}`;
}

/** @param {number} ms */
function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
