import { referenceBackend } from '../support/backends/reference-backend.js';
import { clientSuite } from './suite.js';

clientSuite({ kind: referenceBackend() });
