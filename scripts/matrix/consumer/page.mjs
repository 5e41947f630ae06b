// A page: plain, or the entry of a bundle.
import * as packed from '@chat/client';
import { suite } from './suite.mjs';

globalThis.run = (stage) => suite(packed, stage);
