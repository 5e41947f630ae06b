const width = 22;
const height = 56;

/** Values side by side, the newest last and marked. */
export function Bars({ title, values }: { title: string; values: readonly number[] }) {
  const most = Math.max(1, ...values);
  return (
    <figure className="bars">
      <figcaption>{title}</figcaption>
      <svg
        viewBox={`0 0 ${values.length * width} ${height + 14}`}
        role="img"
        aria-label={`${title}: ${values.join(', ')}`}
      >
        {values.map((value, index) => {
          const tall = (value / most) * (height - 12);
          const x = index * width;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place.
            <g key={index} data-newest={index === values.length - 1}>
              <rect x={x + 4} y={height - tall} width={width - 8} height={tall} rx="3" />
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
