// Entry point of `npm start`.
import { user } from './demo-config.js';
import { serve } from './serve.js';

const page = await serve();
console.log(`Log in as ${user.username} with ${user.password}: ${page.url}`);

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => page.close());
