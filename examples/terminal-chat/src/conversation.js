/** @import { ChatClient, ChatSocket, HistoryPage, Message, StateChange } from '@chat/client' */
/** @import { Terminal } from './terminal.js' */

const help = '/history shows older messages, /reconnect dials anew, /quit ends';
const pageSize = 10;

/** What one user says and hears, in a terminal. */
export class Conversation {
  #client;
  #terminal;
  /** The newest page that was shown; the next one is older. @type {HistoryPage | undefined} */
  #page;
  /** What was typed here and is not confirmed yet: it stands on the screen already. @type {string[]} */
  #typed = [];
  #isStreaming = false;

  /**
   * @param {ChatClient} client
   * @param {Terminal} terminal
   */
  constructor(client, terminal) {
    this.#client = client;
    this.#terminal = terminal;
  }

  /** Until the user wants no more, or the backend does not. */
  async run() {
    await this.#showHistory();
    const socket = this.#client.connect({ stream: true });
    this.#listen(socket);
    try {
      for await (const line of this.#terminal.lines()) {
        if (line === '/quit') break;
        await this.#obey(socket, line);
      }
    } finally {
      socket.close();
    }
  }

  /**
   * @param {ChatSocket} socket
   * @param {string} line
   */
  async #obey(socket, line) {
    if (line.trim() === '') return;
    if (line === '/history') await this.#showHistory();
    else if (line === '/reconnect') socket.reconnect();
    else if (line.startsWith('/')) this.#terminal.print(help);
    else this.#say(socket, line);
  }

  /**
   * While there is no line it waits in the client's queue: nobody has to wait with it.
   *
   * @param {ChatSocket} socket
   * @param {string} text
   */
  #say(socket, text) {
    this.#typed.push(text);
    socket.send(text).catch((error) => {
      this.#typed = this.#typed.filter((typed) => typed !== text);
      this.#terminal.print(`! ${error.message}`);
    });
  }

  /** @param {ChatSocket} socket */
  #listen(socket) {
    socket.on('delta', ({ content }) => {
      this.#terminal.printPiece(this.#isStreaming ? content : `assistant: ${content}`);
      this.#isStreaming = true;
    });
    socket.on('message', (message) => this.#hear(message));
    socket.on('state', (change) => this.#tell(change));
    socket.on('recovered', ({ count, complete }) => {
      if (count > 0) this.#terminal.print(`* that is what was said meanwhile (${count})`);
      if (!complete) this.#terminal.print('* some of it may be missing: /history');
    });
    socket.on('status', ({ event, content, retryAfterMs }) => {
      if (event === 'rate_limited') {
        this.#terminal.print(`* too fast: it goes on in ${seconds(retryAfterMs ?? 0)}`);
      } else if (event === 'error' || event === undefined) this.#terminal.print(`* ${content}`);
    });
  }

  /** @param {Message} message */
  #hear(message) {
    const typed = this.#typed.indexOf(message.content);
    if (message.role === 'user' && typed >= 0) {
      this.#typed.splice(typed, 1);
    } else if (message.role === 'assistant' && this.#isStreaming) {
      this.#isStreaming = false;
      this.#terminal.endPieces();
    } else {
      this.#terminal.print(asLine(message));
    }
  }

  /** @param {StateChange} change */
  #tell({ state, code, retryInMs = 0, error }) {
    // Whatever was being written when the line broke comes again as a whole.
    if (state !== 'open' && this.#isStreaming) {
      this.#isStreaming = false;
      this.#terminal.printPiece(' …');
      this.#terminal.endPieces();
    }
    if (state === 'open') this.#terminal.print('* connected');
    if (state === 'waiting') {
      const why = code === undefined ? '' : ` (${code})`;
      this.#terminal.print(`* the line is down${why}, trying again in ${seconds(retryInMs)}`);
    }
    if (state === 'closed') {
      if (error instanceof Error) this.#terminal.print(`* ${error.message}`);
      this.#terminal.close();
    }
  }

  /** The page before the one that was shown last, oldest message first. */
  async #showHistory() {
    const page = this.#page
      ? this.#page.hasNextPage() && (await this.#page.nextPage())
      : await this.#client.chat.history({ pageSize });
    if (!page) {
      this.#terminal.print('* that was all');
      return;
    }
    this.#page = page;
    const { page: number, total } = page.pagination;
    if (total > 0) this.#terminal.print(`* page ${number} of ${Math.ceil(total / pageSize)}`);
    for (const message of page.messages.toReversed()) this.#terminal.print(asLine(message));
  }
}

/** @param {Message} message */
function asLine({ role, content }) {
  return `${role === 'user' ? 'you' : role}: ${content}`;
}

/** @param {number} ms */
function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
