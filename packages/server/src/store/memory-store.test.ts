import { createMemoryStore } from './memory-store.js';
import { describeStore } from './testing/store-suite.js';

describeStore('the memory store', async () => createMemoryStore());
