// A chat in the terminal: npm start -- [URL] [USERNAME]
import { ChatClient } from '@chat/client';
import { Conversation } from './conversation.js';
import { Terminal } from './terminal.js';

const [url = 'http://127.0.0.1:3000', username = 'ada'] = process.argv.slice(2);

if (!process.stdin.isTTY || !process.stdout.isTTY) {
  console.error('This program needs a terminal.');
  process.exit(2);
}

const terminal = new Terminal();
const password =
  process.env.CHAT_PASSWORD ?? (await terminal.askSecret(`Password of ${username}: `));
if (password === undefined) process.exit(130);
const client = new ChatClient({ baseUrl: url, credentials: { username, password } });
try {
  await new Conversation(client, terminal).run();
} catch (error) {
  terminal.print(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  terminal.close();
  await client.close();
}
