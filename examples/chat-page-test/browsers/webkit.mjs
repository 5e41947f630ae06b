// WebKitGTK through WebDriver, on a display without a screen.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
      let isUsed = false;
      return {
        // WebDriver does not report them.
        errors: [],
        async openTab() {
          // The session starts with a tab. After a closed tab, `newWindow` needs a live one to be current.
          if (isUsed) await session.switchTo().newWindow('tab');
          isUsed = true;
          return tabOf(session, await session.getWindowHandle(), { By, until });
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
function tabOf(session, handle, { By, until }) {
  const inTab =
    (work) =>
    async (...parameters) => {
      await session.switchTo().window(handle);
      return await work(...parameters);
    };
  const find = (xpath) => session.wait(until.elementLocated(By.xpath(xpath)), 60_000);
  return {
    goto: inTab((url) => session.get(url)),
    reload: inTab(() => session.navigate().refresh()),
    fill: inTab(async (label, text) => {
      const element = await find(field(label));
      await element.clear();
      await element.sendKeys(text);
    }),
    click: inTab(async (name) => await (await find(button(name))).click()),
    close: inTab(() => session.close()),
    texts: inTab((selector) =>
      session.executeScript(
        'return [...document.querySelectorAll(arguments[0])].map((element) => element.textContent)',
        selector,
      ),
    ),
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
