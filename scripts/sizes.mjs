// Says what the client weighs in a page and where the bytes are, and fails when it is more than it may be. `--modules`
// says file by file where they are. Reads what was built.
import { areasOf, modulesOf } from './sizes/areas.mjs';
import { parts, weighParts } from './sizes/parts.mjs';

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
const whole = weighed['the whole client'];
const areas = areasOf(whole);
const sum = (figure) => areas.reduce((total, area) => total + area[figure], 0);
console.log('\nThe whole client by area; brotli is what cutting the area out of it saves:');
for (const { area, minified, brotli } of [
  ...areas,
  { area: 'in common to several', minified: '', brotli: whole.brotli - sum('brotli') },
  { area: 'together', minified: sum('minified'), brotli: whole.brotli },
]) {
  console.log(`  ${area.padEnd(22)} ${String(minified).padStart(7)} ${String(brotli).padStart(7)}`);
}
if (process.argv.includes('--modules')) {
  for (const [path, bytes] of modulesOf(whole))
    console.log(`${String(bytes).padStart(7)}  ${path}`);
}
if (failed > 0) {
  console.error(
    'Find what grew with "node scripts/sizes.mjs --modules"; a limit is raised in scripts/sizes/parts.mjs.',
  );
  process.exitCode = 1;
}
