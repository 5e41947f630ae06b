import { describe, expect, it, vi } from 'vitest';
import { createTestChat } from '../../testing/test-chat.js';
import { changePassword } from './change-password.js';

const composed = { username: 'jos\u00e9', password: 'contrase\u00f1a' };
const decomposed = { username: 'jose\u0301', password: 'contrasen\u0303a' };
const mixed = { username: composed.username, password: decomposed.password };

describe.each([
  ['composed', composed],
  ['decomposed', decomposed],
])('a user added in the %s form', (_form, added) => {
  it('logs in with either form of the name and of the password', async () => {
    const chat = createTestChat();
    await chat.api.addUser(added);
    for (const body of [composed, decomposed, mixed]) {
      expect((await chat.call('login', { body })).status).toBe(200);
    }
    const body = { ...composed, password: 'contrasena' };
    expect((await chat.call('login', { body })).status).toBe(401);
  });

  it('cannot be added in the other form, and can be given a new password in it', async () => {
    const chat = createTestChat();
    expect(await chat.api.addUser(added)).toBe(true);
    expect(await chat.api.addUser(composed)).toBe(false);
    expect(await chat.api.addUser(decomposed)).toBe(false);
    const changed = { username: decomposed.username, password: 'n\u00fc' };
    expect(await changePassword(chat.dependencies, changed)).toBe(true);
    const body = { username: composed.username, password: 'nu\u0308' };
    expect((await chat.call('login', { body })).status).toBe(200);
  });
});

it('finds a user whose name an earlier version stored decomposed', async () => {
  const chat = createTestChat();
  const { passwords, store } = chat.dependencies;
  const passwordHash = await passwords.hash(decomposed.password);
  await store.addUser({ id: 'u1', username: decomposed.username, passwordHash });
  expect((await chat.call('login', { body: decomposed })).status).toBe(200);
  expect((await chat.call('login', { body: mixed })).status).toBe(200);
  expect(await chat.api.addUser(composed)).toBe(false);
});

describe('a name or password that would take long to normalize', () => {
  const accents = 'a\u0301\u0323'.repeat(5_000);

  it('is not normalized, and is rejected', async () => {
    const chat = createTestChat();
    await chat.api.addUser(composed);
    const lengths: number[] = [];
    const { normalize } = String.prototype;
    const spy = vi.spyOn(String.prototype, 'normalize').mockImplementation(function (
      this: string,
      form?: string,
    ) {
      lengths.push(this.length);
      return normalize.call(this, form);
    });
    try {
      for (const body of [
        { ...composed, username: accents },
        { ...composed, password: accents },
      ]) {
        expect((await chat.call('login', { body })).status).toBe(401);
        await expect(chat.api.addUser(body)).rejects.toThrow(/must be at most \d+ characters long/);
      }
    } finally {
      spy.mockRestore();
    }
    expect(Math.max(...lengths)).toBeLessThan(3_000);
  });
});
