import type { ServerProcess } from '@chat/test-support';
import { connectInspector } from '../../scripts/lib/inspector.mjs';

/**
 * Collects the garbage of a running server, so that its heap holds only what it needs. The server has the environment
 * `inspectable`.
 */
export async function collectGarbage(server: ServerProcess): Promise<void> {
  const inspector = await connectInspector(server);
  await inspector.send('HeapProfiler.collectGarbage');
  await inspector.close();
}
