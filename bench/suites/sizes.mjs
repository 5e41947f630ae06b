import { weighPackage, weighParts } from '../../scripts/sizes/parts.mjs';
import { peersFolder, preparePeers } from '../peers/install.mjs';

/** What others load into a page to talk to a server. */
const peers = {
  centrifuge: { atMost: 0.75 },
  '@supabase/realtime-js': { atMost: 1 },
  openai: { atMost: 0.5 },
  ably: { atMost: 0.33 },
  axios: {},
  'stream-chat': { atMost: 0.2 },
};

/** What a whole client should weigh. */
const wanted = 15_000;
const kB = (bytes) => (bytes / 1000).toFixed(1);

export const sizes = {
  name: 'sizes',
  title: 'What a page loads',
  about:
    'Bundled and minified by esbuild, compressed by brotli; every export of each. `node scripts/sizes.mjs --modules` says where the bytes of our client are.',
  explained: ([{ peers }]) => {
    const ky = peers['ky in it'].median;
    const ours = peers['our client'].median - ky;
    return `Each goal is that of 15 kB. ky leaves ${kB(wanted - ky)} kB of them, and ours takes ${kB(ours)}; [what the client weighs](decisions/client-weight.md) says what for.`;
  },
  prepare: preparePeers,
  measurements: [
    {
      name: 'whole',
      title: 'a whole client, with all it needs',
      unit: 'bytes',
      subject: 'our client',
      beside: peers,
      samples: async () => {
        const weighed = await weighParts();
        const samples = {};
        for (const [name, { brotli }] of Object.entries(weighed)) samples[name] = [brotli];
        const { 'the whole client': ours, ...parts } = samples;
        const others = Object.keys(peers).map(async (name) => [
          name,
          [await weighPackage(name, peersFolder)],
        ]);
        return { 'our client': ours, ...parts, ...Object.fromEntries(await Promise.all(others)) };
      },
    },
  ],
};
