// @ts-check
import { createBackend } from './backend.js';

const { PORT = '3000', CHAT_USERS = 'ada:s3cret,bob:hunter2' } = process.env;
/** @type {Record<string, string>} */
const users = Object.fromEntries(CHAT_USERS.split(',').map((user) => user.split(':')));

const backend = createBackend({ users });
const names = Object.keys(users).join(' or ');
console.log(`${await backend.listen(Number(PORT))} is ready. Log in as ${names}.`);

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => backend.close());
