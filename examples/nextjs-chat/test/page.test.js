import { testChatPage } from '../../chat-page-test/scenarios.mjs';
import { serveNext } from './next-site.js';

testChatPage({ load: (name) => import(name), serve: serveNext });
