// Says what the client weighs in a page, and fails when it is more than it may be. `--modules` says file by file
// where the bytes are. Reads what was built.
import { parts, weighAreas, weighModules, weighParts } from './sizes/parts.mjs';

const weighed = await weighParts();
let failed = 0;
for (const [name, { minified, brotli }] of Object.entries(weighed)) {
  const { atMost = Number.POSITIVE_INFINITY } = parts[name];
  const isOver = brotli > atMost;
  if (isOver) failed += 1;
  const limit = atMost === Number.POSITIVE_INFINITY ? '' : `, at most ${atMost}`;
  console.log(
    `${isOver ? 'FAILED' : 'ok    '} ${name}: ${brotli} bytes of brotli${limit} (${minified} minified)`,
  );
}
const areas = await weighAreas();
console.log(
  `       minified, by area: ${areas.map(([area, bytes]) => `${area} ${bytes}`).join(', ')}`,
);
if (process.argv.includes('--modules')) {
  for (const [path, bytes] of await weighModules())
    console.log(`${String(bytes).padStart(7)}  ${path}`);
}
if (failed > 0) {
  console.error(
    'Find what grew with "node scripts/sizes.mjs --modules"; a limit is raised in scripts/sizes/parts.mjs.',
  );
  process.exitCode = 1;
}
