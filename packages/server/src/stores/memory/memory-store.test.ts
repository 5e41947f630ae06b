import { describeStore } from '../testing/suite/store-suite.js';
import { createMemoryStore } from './memory-store.js';

describeStore('the memory store', async () => createMemoryStore());
