import { allOf, clientParts, measureBundle } from '../../scripts/sizes.mjs';
import { peersFolder, preparePeers } from '../peers/install.mjs';

/** Other clients of a server. */
const peers = {
  centrifuge: { atMost: 0.75 },
  '@supabase/realtime-js': { atMost: 1 },
  openai: { atMost: 0.5 },
  ably: { atMost: 0.33 },
  axios: {},
  'stream-chat': { atMost: 0.2 },
};

export const sizes = {
  name: 'sizes',
  title: 'Size in a page',
  about:
    'Every export, bundled and minified by esbuild, compressed by brotli. `node scripts/sizes.mjs --analyze` prints the size of each source file of our client.',
  notes: () =>
    'All goals result from one: 15 kB for the whole client. More: [Bundle size of the client](decisions/client-weight.md).',
  prepare: preparePeers,
  measurements: [
    {
      name: 'whole',
      title: 'a whole client, with its dependencies',
      unit: 'bytes',
      candidate: 'our client',
      baselines: peers,
      samples: async () => {
        const { 'the whole client': ours, ...parts } = clientParts;
        const modules = { 'our client': ours, ...parts };
        const samples = {};
        for (const [name, { code }] of Object.entries(modules)) {
          samples[name] = [await measureBundle(code)];
        }
        for (const name of Object.keys(peers)) {
          samples[name] = [await measureBundle(allOf(name), peersFolder)];
        }
        return samples;
      },
    },
  ],
};
