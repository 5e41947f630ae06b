import { testChatPage } from '../../chat-page-test/scenarios.mjs';
import { serveFolder } from '../../chat-page-test/static-site.mjs';

testChatPage({
  load: (name) => import(name),
  serve: () => serveFolder(new URL('../dist/', import.meta.url)),
});
