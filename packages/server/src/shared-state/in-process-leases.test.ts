import { expect, it } from 'vitest';
import { createInProcessLeases } from './in-process-leases.js';

it('lets exactly as many sockets in as a user may have, and another when one has ended', async () => {
  const leases = createInProcessLeases();
  const acquired = await Promise.all(
    Array.from({ length: 64 }, (_, i) => leases.acquire('ada', `s${i}`, 3)),
  );
  expect(acquired.filter(Boolean)).toHaveLength(3);
  expect(await leases.acquire('bob', 's0', 3)).toBe(true);
  await leases.release('ada', 'unknown');
  expect(await leases.acquire('ada', 's63', 3)).toBe(false);
  await leases.release('ada', 's0');
  await leases.release('ada', 's0');
  expect(await leases.acquire('ada', 's63', 3)).toBe(true);
  expect(await leases.acquire('ada', 's64', 3)).toBe(false);
});

it('counts a socket once', async () => {
  const leases = createInProcessLeases();
  for (let i = 0; i < 5; i += 1) expect(await leases.acquire('ada', 's', 2)).toBe(true);
  await leases.renew('ada', 's');
  expect(await leases.acquire('ada', 't', 2)).toBe(true);
  expect(await leases.acquire('ada', 'u', 2)).toBe(false);
});
