import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { type ConnectedMock, connectMock, startMock } from '@chat/server/mock';
import type { MockControls } from '@chat/server/msw';
import { describe, expect, expectTypeOf, it } from 'vitest';

const run = promisify(execFile);

/** What each member of a mock becomes in another process. */
type Promised<Member> = Member extends (...parameters: infer Parameters) => infer Result
  ? (...parameters: Parameters) => Promise<Awaited<Result>>
  : Promise<Member>;

describe('connectMock', () => {
  it('has every control of createChatMock() as a promise', () => {
    expectTypeOf<Exclude<keyof MockControls, keyof ConnectedMock>>().toEqualTypeOf<never>();
    expectTypeOf<ConnectedMock['fail']>().toEqualTypeOf<Promised<MockControls['fail']>>();
    expectTypeOf<ConnectedMock['push']>().toEqualTypeOf<Promised<MockControls['push']>>();
    expectTypeOf<ConnectedMock['messages']>().toEqualTypeOf<Promised<MockControls['messages']>>();
    const mock = connectMock('http://127.0.0.1:4000/');
    expect(mock.url).toBe('http://127.0.0.1:4000');
    // @ts-expect-error a misspelled route
    expectTypeOf(mock.fail).parameter(0).toEqualTypeOf<'sendMesage'>();
  });

  it('names an invalid URL', () => {
    expect(() => connectMock('127.0.0.1:4000')).toThrow(
      'Parameter "url" is invalid: expected the URL of a mock, such as "http://127.0.0.1:4000", received "127.0.0.1:4000".',
    );
  });

  it('rejects a reply function, which cannot be sent', async () => {
    const mock = connectMock('http://127.0.0.1:4000');
    await expect(mock.reply((() => 'Hello') as never)).rejects.toThrow(
      'a function cannot be sent to another process',
    );
  });

  it('explains that nothing listens, or no mock', async () => {
    const other = createServer((_request, response) => response.writeHead(404).end('Not here'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await expect(connectMock(url).reset()).rejects.toMatchObject({
      name: 'MockControlError',
      message: `${url} responded with 404: is it a mock?`,
      status: 404,
    });
    other.closeAllConnections();
    await new Promise((resolve) => other.close(resolve));
    await expect(connectMock(url).reset()).rejects.toMatchObject({
      name: 'MockControlError',
      message: `${url} does not respond: is the mock running?`,
      status: undefined,
    });
  });
});

describe('startMock', () => {
  it('passes its options, and rejects calls after stop()', async () => {
    const mock = await startMock({
      users: [{ username: 'ada', password: 's3:cret' }],
      limits: { loginsPerWindow: 1 },
      realTime: true,
    });
    const logIn = () =>
      fetch(`${mock.url}/api/v1/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'ada', password: 's3:cret' }),
      });
    expect([(await logIn()).status, (await logIn()).status]).toEqual([200, 429]);
    await expect(mock.advance(1)).rejects.toMatchObject({ status: 409 });
    await mock.stop();
    await expect(mock.reset()).rejects.toThrow('does not respond');
  });

  it.each([
    [{ user: [] }, 'Option "user" is unknown: expected one of port, users, limits'],
    [{ users: 'ada:s3cret' }, 'Option "users" is invalid'],
    [{ users: [{ name: 'ada' }] }, 'Option "users.0'],
    [
      { users: [{ username: 'a:b', password: 's3cret' }] },
      'Option "users" is invalid: expected usernames without a colon',
    ],
    [{ limits: { messages: 3 } }, 'Option "limits.messages" is unknown: expected one of'],
    [{ port: -1 }, 'Option "port" is invalid: expected a number from 0 to 65535'],
  ])('rejects %j', async (options, message) => {
    const starting = startMock(options as Parameters<typeof startMock>[0]);
    await expect(starting).rejects.toThrow(message);
    await expect(starting).rejects.not.toThrow('s3cret');
  });

  it('rejects with the error of the program', async () => {
    const first = await startMock();
    const port = Number(new URL(first.url).port);
    await expect(startMock({ port })).rejects.toThrow(`Port ${port} of 127.0.0.1 is in use`);
    await first.stop();
  });

  it.each([
    ['an ES module', 'module', "import { startMock } from '@chat/server/mock';"],
    ['CommonJS', 'commonjs', "const { startMock } = require('@chat/server/mock');"],
  ])('does not keep a program alive that uses it from %s', async (_kind, type, imports) => {
    const code = `${imports}
      startMock().then(async (mock) => { await mock.reset(); console.log(mock.url); });`;
    const { stdout } = await run(process.execPath, [`--input-type=${type}`, '--eval', code]);
    const url = stdout.trim();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    // The mock ends with the program.
    const isRunning = () =>
      fetch(`${url}/healthz`).then(
        () => true,
        () => false,
      );
    await expect.poll(isRunning).toBe(false);
  });
});
