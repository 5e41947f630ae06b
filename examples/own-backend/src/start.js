// @ts-check
import { createBackend } from './backend.js';

const { PORT = '3000', CHAT_USER = 'ada:s3cret' } = process.env;
const [username = '', password = ''] = CHAT_USER.split(':');

const backend = createBackend({ users: { [username]: password } });
console.log(`${await backend.listen(Number(PORT))} is ready; log in as ${username}.`);

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => backend.close());
