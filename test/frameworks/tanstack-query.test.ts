import { ChatClient } from '@chat/client';
import { createChatServer } from '@chat/server';
import { InfiniteQueryObserver, QueryClient, QueryObserver } from '@tanstack/react-query';
import { build } from 'esbuild';
import { expect, it, onTestFinished } from 'vitest';
import { guideCode } from './build-plugins.js';

it('the queries of the guide read the history page by page, sessions and statistics', async () => {
  const { outputFiles } = await build({
    stdin: { contents: `export * from 'guide:tanstack-query.md#Queries';` },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    plugins: [guideCode],
  });
  const code = encodeURIComponent(outputFiles[0]?.text ?? '');
  const { historyQuery, sessionsQuery, statsQuery } = await import(`data:text/javascript,${code}`);

  const ada = { username: 'ada', password: 's3cret' };
  const app = await createChatServer({ users: [ada], limits: { messagesPerWindow: 1000 } });
  const client = new ChatClient({
    baseUrl: await app.listen({ port: 0, host: '127.0.0.1' }),
    credentials: ada,
  });
  const queryClient = new QueryClient();
  onTestFinished(async () => {
    queryClient.clear();
    await client.close();
    await app.close();
  });
  const send = (text: string) => client.chat.send(text, { return: 'minimal' });
  for (let nth = 1; nth <= 30; nth += 1) await send(`Message ${nth}`);

  const history = new InfiniteQueryObserver(queryClient, historyQuery(client));
  const unsubscribe = history.subscribe(() => {});
  onTestFinished(unsubscribe);
  await expect.poll(() => history.getCurrentResult().data).toHaveLength(50);
  await send('Newer');
  await history.fetchNextPage();
  expect(history.getCurrentResult()).toMatchObject({ hasNextPage: false, isError: false });
  // Without the two new ones, and each once.
  expect(history.getCurrentResult().data).toHaveLength(60);
  await queryClient.invalidateQueries({ queryKey: ['chat'] });
  expect(history.getCurrentResult().data).toHaveLength(62);

  const results = [sessionsQuery(client), statsQuery(client)].map((options) =>
    new QueryObserver(queryClient, options).fetchOptimistic(options),
  );
  const [{ data: sessions }, { data: stats }] = (await Promise.all(results)) as unknown as [
    { data: unknown[] },
    { data: object },
  ];
  expect(sessions).toHaveLength(1);
  expect(stats).toMatchObject({ totalMessages: 62, totalChats: 1 });
});
