// Draws the one kind of Mermaid diagram that the documents have, so that the site needs neither Mermaid nor the network.
// What it does not know is an error, not a hole in the picture.
const column = 138;
const row = 34;
const line = 15;

const linesOf = (text) => text.split('<br/>');
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** @returns {string} HTML without an empty line, as Markdown wants it */
export function sequenceDiagram(source) {
  const places = new Map();
  const heads = [];
  const shapes = [];
  let y = 72;
  const placeOf = (name) => {
    if (!places.has(name)) throw new Error(`The diagram has no participant "${name}".`);
    return places.get(name);
  };

  for (const statement of source
    .trim()
    .split('\n')
    .map((each) => each.trim())) {
    if (statement === '' || statement === 'sequenceDiagram') continue;
    const participant = /^participant (\w+) as (.+)$/.exec(statement);
    const arrow = /^(\w+)(--?)(>>|\))(\w+): (.+)$/.exec(statement);
    const note = /^Note over (\w+): (.+)$/.exec(statement);
    if (participant) {
      const x = column * (places.size + 0.5);
      places.set(participant[1], x);
      heads.push(
        `<rect class="box" x="${x - 62}" y="4" width="124" height="44" rx="8"/>${words(participant[2], x, 30, 'head')}`,
      );
    } else if (arrow) {
      const [from, to] = [placeOf(arrow[1]), placeOf(arrow[4])];
      y += row + (linesOf(arrow[5]).length - 1) * line;
      const direction = Math.sign(to - from);
      const dashed = arrow[2] === '--' ? ' class="answer"' : '';
      shapes.push(`<path${dashed} d="M${from} ${y}H${to - 2 * direction}"/>`);
      shapes.push(`<path class="tip" d="M${to - direction} ${y}l${-9 * direction} -4v8z"/>`);
      shapes.push(words(arrow[5], (from + to) / 2, y - 7, 'label'));
    } else if (note) {
      const lines = linesOf(note[2]);
      const width = Math.max(...lines.map(({ length }) => length)) * 6.3 + 20;
      const height = lines.length * line + 10;
      const x = Math.max(
        width / 2 + 4,
        Math.min(placeOf(note[1]), column * places.size - width / 2 - 4),
      );
      y += 12;
      shapes.push(
        `<rect class="note" x="${x - width / 2}" y="${y}" width="${width}" height="${height}" rx="4"/>`,
      );
      y += height;
      shapes.push(words(note[2], x, y - 11, 'label'));
      y += 4;
    } else {
      throw new Error(`The diagram has a line that cannot be drawn: ${statement}`);
    }
  }

  const width = column * places.size;
  const height = y + 24;
  const lives = [...places.values()].map((x) => `<path class="life" d="M${x} 48V${height - 4}"/>`);
  const label = `Sequence: ${[...places.keys()].join(', ')}`;
  return `<figure class="diagram" tabindex="0"><svg viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="${label}">${[...lives, ...heads, ...shapes].join('')}</svg></figure>\n`;
}

/** Lines of text, the last of them at `y`. */
function words(text, x, y, kind) {
  const lines = linesOf(text);
  const top = kind === 'head' ? y - ((lines.length - 1) * line) / 2 : y - (lines.length - 1) * line;
  return lines
    .map(
      (each, index) =>
        `<text class="${kind}" x="${x}" y="${top + index * line}">${escaped(each)}</text>`,
    )
    .join('');
}
