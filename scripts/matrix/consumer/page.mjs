// The script of a page, as it is or as the entry of a bundle.
import * as packed from '@chat/client';
import { suite } from './suite.mjs';

globalThis.run = (server) => suite(packed, server);
