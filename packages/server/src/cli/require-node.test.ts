import { expect, test } from 'vitest';
import { requireNode } from './require-node.js';

test('rejects an old Node version with an error that names the required version', () => {
  for (const version of ['18.20.8', '20.18.3']) {
    expect(() => requireNode(version)).toThrow(
      `Node 20.19 or newer is required; this is ${version}.`,
    );
  }
  for (const version of ['20.19.0', '22.1.0', '26.0.0']) {
    expect(() => requireNode(version)).not.toThrow();
  }
});
