const width = 22;
const height = 56;

/** A bar chart; the last bar is highlighted. */
export function BarChart({ title, values }: { title: string; values: readonly number[] }) {
  const maximum = Math.max(1, ...values);
  return (
    <figure className="bars">
      <figcaption>{title}</figcaption>
      <svg
        viewBox={`0 0 ${values.length * width} ${height + 14}`}
        role="img"
        aria-label={`${title}: ${values.join(', ')}`}
      >
        {values.map((value, index) => {
          const barHeight = (value / maximum) * (height - 12);
          const x = index * width;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the bars have no identity other than their position.
            <g key={index} data-newest={index === values.length - 1}>
              <rect x={x + 4} y={height - barHeight} width={width - 8} height={barHeight} rx="3" />
              <text x={x + width / 2} y={height + 11}>
                {value}
              </text>
            </g>
          );
        })}
      </svg>
    </figure>
  );
}
