import { coreBackend } from '../support/backends/core-backend.js';
import { clientSuite } from './suite.js';

clientSuite({ kind: coreBackend('http') });
