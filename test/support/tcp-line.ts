import type { Socket } from 'node:net';
import { TcpPipe } from './tcp-pipe.js';

/** As the client sees it. `up` is what it sends, `down` is what it receives. */
export type Direction = 'up' | 'down' | 'both';

/** How a line ends: `reset` is a RST to both peers, `end` is a FIN to both, without a word before it. */
export type Cut = 'reset' | 'end';

/** One connection of a client to the target, through the proxy. */
export class TcpLine {
  /** The first line of what the client sent, such as `GET /ws/chat?token=… HTTP/1.1`. */
  opening = '';
  readonly #client: Socket;
  readonly #target: Socket;
  readonly #up: TcpPipe;
  readonly #down: TcpPipe;
  #ending = false;

  constructor(client: Socket, target: Socket, ended: () => void) {
    this.#client = client;
    this.#target = target;
    this.#up = new TcpPipe(client, target);
    this.#down = new TcpPipe(target, client);
    client.once('data', (bytes: Buffer) => {
      this.opening = bytes.toString('latin1').split('\r\n', 1)[0] ?? '';
    });
    client.on('error', () => this.#broke(this.#up));
    target.on('error', () => this.#broke(this.#down));
    for (const socket of [client, target]) {
      socket.on('close', () => {
        if (client.destroyed && target.destroyed) ended();
      });
    }
  }

  get isWebSocket(): boolean {
    return this.opening.startsWith('GET /ws/');
  }

  cut(how: Cut = 'reset'): void {
    if (this.#ending && how === 'end') return;
    this.#ending = true;
    this.#up.stop();
    this.#down.stop();
    for (const socket of [this.#client, this.#target]) {
      if (how === 'end') socket.destroySoon();
      // After its FIN a socket cannot send a RST any more: asked for one, Node would never let it go.
      else if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
  }

  /** Stops forwarding until `resume`; nothing is lost. */
  stall(direction: Direction = 'both'): void {
    for (const pipe of this.#pipes(direction)) pipe.hold();
  }

  /** Takes what is sent and throws it away: a half-open line, which nobody can mend any more. */
  blackHole(direction: Direction = 'both'): void {
    for (const pipe of this.#pipes(direction)) pipe.swallow();
  }

  /**
   * Goes on after `stall`, and calls off what was to come. A line that has lost bytes is reset instead,
   * as TCP would in the end.
   */
  resume(): void {
    if (this.#up.lostBytes || this.#down.lostBytes) this.cut('reset');
    else for (const pipe of this.#pipes('both')) pipe.release();
  }

  delay(milliseconds: number): void {
    for (const pipe of this.#pipes('both')) pipe.delayMs = milliseconds;
  }

  /** Loses the next `bytes` bytes, then resets the line. */
  dropBytes(bytes: number, direction: 'up' | 'down' = 'down'): void {
    for (const pipe of this.#pipes(direction)) pipe.limit(bytes, false, () => this.cut('reset'));
  }

  /** Lets `bytes` more bytes through, in the middle of a frame if it comes so, then cuts the line. */
  cutAfter(bytes: number, direction: 'up' | 'down' = 'down', how: Cut = 'end'): void {
    for (const pipe of this.#pipes(direction)) pipe.limit(bytes, true, () => this.cut(how));
  }

  #pipes(direction: Direction): TcpPipe[] {
    if (direction === 'both') return [this.#up, this.#down];
    return [direction === 'up' ? this.#up : this.#down];
  }

  /** A peer's RST is passed on at once, unless what comes from that peer goes into a black hole. */
  #broke(pipe: TcpPipe): void {
    if (!pipe.swallows) this.cut('reset');
  }
}
