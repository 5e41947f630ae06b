// Run by `workerd test`.
import * as packed from '@chat/client';
import { suite } from './suite.mjs';

// biome-ignore lint/style/noDefaultExport: workerd requires it.
export default {
  async test(_controller, { CHAT_TEST_SERVER }) {
    console.log(JSON.stringify(await suite(packed, JSON.parse(CHAT_TEST_SERVER))));
  },
};
