// jsdom has no WebCrypto, which the mock signs tokens with.
const { webcrypto } = require('node:crypto');
Object.defineProperty(globalThis, 'crypto', { value: webcrypto, configurable: true });
