// What code blocks in guides and doc comments may use without declaring it.
import type { ChatClient as Client, ChatSocket as Socket } from '@chat/client';
import type { RedisSharedState, Store } from '@chat/server';
import type { ChatMock as Mock } from '@chat/server/msw';
import type { FastifyInstance } from 'fastify';
import type { SetupServerApi } from 'msw/node';
import type { ExpectStatic, TestAPI } from 'vitest';

declare global {
  const baseUrl: string;
  const ada: { username: string; password: string };
  const client: Client;
  const socket: Socket;
  const mock: Mock;
  const server: SetupServerApi;
  const app: FastifyInstance;
  const store: Store;
  const shared: RedisSharedState;
  /** What a `catch` caught. */
  const error: unknown;
  const expect: ExpectStatic;
  const it: TestAPI;
}
