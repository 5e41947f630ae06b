// Draws ratios as dots with their quartiles, as an SVG that reads well on light and dark pages.
const wide = { width: 760, scaleFrom: 330, rowHeight: 26, top: 34 };
/** For a phone, at about the size of its words: each label above its row. */
const narrow = { width: 380, scaleFrom: 24, rowHeight: 44, top: 44 };
const valueWidth = 64;
const howToRead = ['ratio; the bar is the middle half of the rounds,', 'the tick the goal'];

/**
 * @param {object} plot
 * @param {string} plot.title
 * @param {{ label: string, ratio: import('../measure/summary.mjs').Summary, goal: object, met: boolean }[]} plot.rows
 * @param {boolean} [plot.isNarrow]
 */
export function svgPlot({ title, rows, isNarrow = false }) {
  const { width, scaleFrom, rowHeight, top } = isNarrow ? narrow : wide;
  const bottom = top + rows.length * rowHeight;
  const height = bottom + 34;
  const ticks = powersOfTwo(rows);
  const [first, last] = [Math.log2(ticks[0]), Math.log2(ticks.at(-1))];
  const scaleTo = width - valueWidth;
  const x = (ratio) =>
    round(scaleFrom + ((Math.log2(ratio) - first) / (last - first)) * (scaleTo - scaleFrom));
  const labelAt = isNarrow
    ? (y) => `x="8" y="${y - 16}"`
    : (y) => `x="${scaleFrom - 12}" y="${y + 4}" text-anchor="end"`;
  const words = isNarrow ? howToRead : [howToRead.join(' ')];
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" role="img">`,
    `<title>${asText(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...ticks.map(
      (tick) =>
        `<line x1="${x(tick)}" x2="${x(tick)}" y1="${top - 8}" y2="${bottom}" stroke="${tick === 1 ? '#555' : '#ddd'}"/>` +
        `<text x="${x(tick)}" y="${bottom + 16}" text-anchor="middle" fill="#555">${tick}</text>`,
    ),
    ...rows.map((row, index) => {
      const y = top + (index + 0.5) * rowHeight + (isNarrow ? 8 : 0);
      return drawRow(row, y, { x, width, labelAt });
    }),
    ...words.map(
      (line, index) =>
        `<text x="${isNarrow ? 8 : scaleFrom}" y="${16 + 15 * index}" fill="#555">${line}</text>`,
    ),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function drawRow({ label, ratio, goal, met }, y, { x, width, labelAt }) {
  const wanted = goal.atMost ?? goal.atLeast;
  const colour = wanted === undefined ? '#57606a' : met ? '#1a7f37' : '#b35900';
  const goalTick =
    wanted === undefined
      ? ''
      : `<line x1="${x(wanted)}" x2="${x(wanted)}" y1="${y - 9}" y2="${y + 9}" stroke="#0969da" stroke-width="2"/>`;
  return [
    `<text ${labelAt(y)} fill="#222">${asText(label)}</text>`,
    `<line x1="${x(ratio.low)}" x2="${x(ratio.high)}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="5" stroke-opacity="0.35"/>`,
    goalTick,
    `<circle cx="${x(ratio.median)}" cy="${y}" r="4.5" fill="${colour}"/>`,
    `<text x="${width - 8}" y="${y + 4}" text-anchor="end" fill="${colour}">${ratio.median.toFixed(2)}</text>`,
  ].join('');
}

/** Half as much and twice as much are as far from 1: the scale is a logarithm's. */
function powersOfTwo(rows) {
  const shown = rows.flatMap(({ ratio, goal }) => [
    ratio.low,
    ratio.high,
    ...Object.values(goal).filter((value) => typeof value === 'number'),
  ]);
  const lowest = Math.min(-1, Math.floor(Math.log2(Math.min(...shown))));
  const highest = Math.max(1, Math.ceil(Math.log2(Math.max(...shown))));
  return Array.from({ length: highest - lowest + 1 }, (_, index) => 2 ** (lowest + index));
}

function round(value) {
  return Math.round(value * 10) / 10;
}

function asText(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
