// workerd: `workerd test` calls it, and ends with it.
import * as packed from '@chat/client';
import { suite } from './suite.mjs';

// biome-ignore lint/style/noDefaultExport: workerd asks for it.
export default {
  async test(_controller, { CHAT_STAGE }) {
    console.log(JSON.stringify(await suite(packed, JSON.parse(CHAT_STAGE))));
  },
};
