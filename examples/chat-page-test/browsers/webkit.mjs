// WebKitGTK through WebDriver, on a display without a screen.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../eventually.mjs';
import { freePort } from '../free-port.mjs';
import { button, field } from './selectors.mjs';

export const executablePath = process.env.WEBKIT_DRIVER_PATH ?? '/usr/bin/WebKitWebDriver';
const miniBrowser = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/webkit2gtk-4.1/MiniBrowser`;

export async function open(load) {
  const { Builder, By, until } = await load('selenium-webdriver');
  const display = await startDisplay();
  const port = await freePort();
  const driver = spawn(executablePath, ['-p', `${port}`], {
    stdio: 'ignore',
    env: {
      ...process.env,
      DISPLAY: display.name,
      GDK_BACKEND: 'x11',
      LIBGL_ALWAYS_SOFTWARE: '1',
      // Without a bus for accessibility.
      NO_AT_BRIDGE: '1',
    },
  });
  const server = `http://127.0.0.1:${port}`;
  await untilListening(server);
  return {
    /** A session has its own storage. */
    async openContext() {
      const session = await new Builder()
        .usingServer(server)
        .withCapabilities({
          browserName: 'MiniBrowser',
          'webkitgtk:browserOptions': { binary: miniBrowser, args: ['--automation'] },
        })
        .build();
      // Stays empty: the session ends with its last tab, and a new one needs a live one to be current.
      const first = await session.getWindowHandle();
      const inWindow = oneAtATime(session);
      return {
        // WebDriver does not report them.
        errors: [],
        async openTab() {
          const handle = await inWindow(first, async () => {
            await session.switchTo().newWindow('tab');
            return session.getWindowHandle();
          });
          return tabOf(session, handle, inWindow, { By, until });
        },
        close: () => session.quit(),
      };
    },
    async close() {
      driver.kill();
      await display.close();
    },
  };
}

/** WebDriver sends each command to the current window of the session. */
function oneAtATime(session) {
  let last = Promise.resolve();
  return (handle, work) => {
    const result = last.then(async () => {
      await session.switchTo().window(handle);
      return await work();
    });
    last = result.catch(() => {});
    return result;
  };
}

function tabOf(session, handle, inWindow, { By, until }) {
  const inTab = (work) => inWindow(handle, work);
  const find = (xpath) => session.wait(until.elementLocated(By.xpath(xpath)), 60_000);
  return {
    goto: (url) => inTab(() => session.get(url)),
    reload: () => inTab(() => session.navigate().refresh()),
    fill: (label, text) =>
      inTab(async () => {
        const element = await find(field(label));
        await element.clear();
        await element.sendKeys(text);
      }),
    click: (name) => inTab(async () => await (await find(button(name))).click()),
    close: () => inTab(() => session.close()),
    texts: (selector) =>
      inTab(() =>
        session.executeScript(
          'return [...document.querySelectorAll(arguments[0])].map((element) => element.textContent)',
          selector,
        ),
      ),
    /**
     * The script runs in a task of its own: WebKit runs microtasks in the middle of one that the driver calls. And the
     * driver does not wait for it: it may need what another tab does meanwhile.
     */
    async evaluate(script, parameter) {
      const parameters = parameter === undefined ? [] : [parameter];
      const id = await inTab(() =>
        session.executeScript(
          `const outcomes = (globalThis.outcomesOfScripts ??= []);
          const id = outcomes.push(null) - 1;
          setTimeout(async () => {
            try {
              outcomes[id] = { value: await (${script})(...arguments[0]) };
            } catch (error) {
              outcomes[id] = { error: String(error) };
            }
          });
          return id;`,
          parameters,
        ),
      );
      for (;;) {
        const outcome = JSON.parse(
          await inTab(() =>
            session.executeScript('return JSON.stringify(outcomesOfScripts[arguments[0]])', id),
          ),
        );
        if (outcome?.error !== undefined) throw new Error(outcome.error);
        if (outcome) return outcome.value;
        await sleep(20);
      }
    },
  };
}

/** Xvfb chooses a free number and writes it to file descriptor 3. */
async function startDisplay() {
  const process = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1200x24'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [number] = await once(process.stdio[3], 'data');
  return {
    name: `:${String(number).trim()}`,
    async close() {
      process.kill();
      await once(process, 'exit');
    },
  };
}

const untilListening = (url) =>
  eventually(async () => {
    const response = await fetch(`${url}/status`);
    if (!response.ok) throw new Error(`WebKitWebDriver responded with ${response.status}.`);
  });
