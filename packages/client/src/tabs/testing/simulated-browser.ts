import { onTestFinished, vi } from 'vitest';
import { ScriptedWebSocket } from '../../socket/testing/scripted-web-socket.js';
import type { TabSocket } from '../tab-hub.js';

const RECONNECT_MS = 1000;
const THROTTLED_MS = 60_000;
const TOKEN_LIFETIME_MS = 3_600_000;

interface LockRequest {
  readonly tab: SimulatedTab;
  readonly hold: () => Promise<void>;
  readonly reject: (error: Error) => void;
}

/** Tabs with one lock and one channel. Its clock is that of the fake timers. */
export class SimulatedBrowser {
  readonly tabs: SimulatedTab[] = [];
  readonly webSockets: ScriptedWebSocket[] = [];
  /** Whether the server responds. */
  isReachable = true;
  /** The tab whose code runs. */
  current: SimulatedTab | undefined;
  #holder: LockRequest | undefined;
  #waiting: LockRequest[] = [];

  constructor() {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'],
    });
    vi.stubGlobal('navigator', { locks: { request: this.#request } });
    onTestFinished(() => {
      for (const tab of this.tabs) tab.crash();
      vi.useRealTimers();
      vi.unstubAllGlobals();
    });
  }

  /** Opens a tab, with its own copy of the modules and without a socket. */
  async openTab(): Promise<SimulatedTab> {
    vi.resetModules();
    const { TabHub } = await import('../tab-hub.js');
    const tab = new SimulatedTab(this, TabHub);
    this.tabs.push(tab);
    return tab;
  }

  /** Opens connected tabs. The first one is the leader. */
  async openTabs(count: number): Promise<SimulatedTab[]> {
    const tabs: SimulatedTab[] = [];
    for (let nth = 0; nth < count; nth += 1) {
      const tab = await this.openTab();
      tab.connect();
      await vi.advanceTimersByTimeAsync(10);
      tabs.push(tab);
    }
    return tabs;
  }

  get leader(): SimulatedTab | undefined {
    return this.#holder?.tab;
  }

  get openWebSockets(): number {
    return this.webSockets.filter(({ readyState }) => readyState === 1).length;
  }

  openWebSocket(): ScriptedWebSocket {
    const webSocket = new ScriptedWebSocket('wss://chat.example.com/ws/chat');
    this.webSockets.push(webSocket);
    queueMicrotask(() => this.isReachable && webSocket.readyState === 0 && webSocket.open());
    return webSocket;
  }

  /** After a crash. */
  releaseLocks(tab: SimulatedTab): void {
    this.#waiting = this.#waiting.filter((request) => request.tab !== tab);
    if (this.#holder?.tab === tab) this.#release(this.#holder);
  }

  readonly #request = (
    _name: string,
    { signal, steal = false }: { signal?: AbortSignal; steal?: boolean },
    hold: () => Promise<void>,
  ) =>
    new Promise<void>((_resolve, reject) => {
      const request = { tab: this.current!, hold, reject };
      const aborted = () => {
        if (!this.#waiting.includes(request)) return;
        this.#waiting = this.#waiting.filter((other) => other !== request);
        reject(Object.assign(new Error('Aborted.'), { name: 'AbortError' }));
      };
      signal?.addEventListener('abort', aborted);
      if (!steal) this.#waiting.push(request);
      else {
        this.#holder?.reject(Object.assign(new Error('Stolen.'), { name: 'AbortError' }));
        this.#holder = undefined;
        this.#waiting.unshift(request);
      }
      this.#grant();
    });

  #release(request: LockRequest): void {
    if (this.#holder !== request) return;
    this.#holder = undefined;
    this.#grant();
  }

  #grant(): void {
    const request = this.#holder ? undefined : this.#waiting.shift();
    if (request === undefined) return;
    this.#holder = request;
    request.tab.enqueue(() => {
      void request.hold().then(() => this.#release(request));
    });
  }
}

type Hub = typeof import('../tab-hub.js').TabHub;

export class SimulatedTab {
  readonly #browser: SimulatedBrowser;
  readonly #hub: Hub;
  readonly #window = new EventTarget();
  readonly #channels = new Set<{ onmessage?: (event: { data: unknown }) => void }>();
  readonly #webSockets: ScriptedWebSocket[] = [];
  /** Its sockets connect again after they were ended, as `ChatSocket` does. */
  readonly sockets: { state: string; close(): void }[] = [];
  /** Its page is in the background for a long time. */
  isThrottled = false;
  /** Its page runs nothing. */
  isStopped = false;
  /** Its browser rejects the URL of the WebSocket. */
  isRejected = false;

  constructor(browser: SimulatedBrowser, hub: Hub) {
    this.#browser = browser;
    this.#hub = hub;
  }

  connect(): void {
    const socket = {
      id: `${Math.random()}`,
      url: 'wss://chat.example.com/ws/chat',
      expiresAt: Date.now() + TOKEN_LIFETIME_MS,
      connection: undefined as string | undefined,
      state: 'connecting',
      opened(connection: string) {
        socket.connection ??= connection;
        socket.state = 'open';
      },
      received() {},
      ended: () => {
        socket.state = 'ended';
        this.sockets.splice(this.sockets.indexOf(socket), 1);
        setTimeout(() => this.enqueue(() => this.connect()), RECONNECT_MS);
      },
      close: () => {
        this.sockets.splice(this.sockets.indexOf(socket), 1);
        this.#run(() => hub.remove(socket satisfies TabSocket));
      },
    };
    this.sockets.push(socket);
    const open = () => {
      if (this.isRejected) throw new SyntaxError('The URL is invalid.');
      const webSocket = this.#browser.openWebSocket();
      this.#webSockets.push(webSocket);
      return webSocket;
    };
    const hub = this.#run(() => this.#hub.get('chat', open, () => {}));
    this.#run(() => hub.add(socket));
  }

  /** The computer finds a network. */
  goOnline(): void {
    this.#run(() => this.#window.dispatchEvent(new Event('online')));
  }

  /** Runs a task of the page, unless it is gone. */
  enqueue(task: () => void): void {
    queueMicrotask(() => this.isStopped || this.#run(task));
  }

  /** The user closes the tab. */
  close(): void {
    this.#run(() => this.#window.dispatchEvent(new Event('pagehide')));
    this.crash();
  }

  freeze(): void {
    this.#run(() => this.#window.dispatchEvent(new Event('freeze')));
    this.isStopped = true;
  }

  crash(): void {
    this.isStopped = true;
    for (const webSocket of this.#webSockets) webSocket.readyState = 3;
    this.#browser.releaseLocks(this);
  }

  #run<T>(task: () => T): T {
    const tab = this;
    const browser = this.#browser;
    const before = browser.current;
    browser.current = this;
    const { setInterval: startTimer } = globalThis;
    const globals = {
      document: this.#window,
      addEventListener: this.#window.addEventListener.bind(this.#window),
      // Throttling starts later than the timer.
      setInterval: (tick: () => void, ms: number) => {
        let lastAt = performance.now();
        return startTimer(() => {
          if (tab.isThrottled && performance.now() - lastAt < THROTTLED_MS) return;
          lastAt = performance.now();
          tab.enqueue(tick);
        }, ms);
      },
      BroadcastChannel: class {
        onmessage?: (event: { data: unknown }) => void;
        constructor() {
          tab.#channels.add(this);
        }
        postMessage(data: unknown) {
          for (const other of browser.tabs) {
            if (other === tab) continue;
            for (const channel of other.#channels) {
              other.enqueue(() => other.#channels.has(channel) && channel.onmessage?.({ data }));
            }
          }
        }
        close() {
          tab.#channels.delete(this);
        }
      },
    };
    const saved = Object.keys(globals).map(
      (name) => [name, Reflect.get(globalThis, name)] as const,
    );
    Object.assign(globalThis, globals);
    try {
      return task();
    } finally {
      for (const [name, value] of saved) Reflect.set(globalThis, name, value);
      browser.current = before;
    }
  }
}
