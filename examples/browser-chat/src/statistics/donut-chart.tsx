const radius = 34;
const circumference = 2 * Math.PI * radius;

/** A percentage as a donut chart. */
export function DonutChart({ percent, label }: { percent: number; label: string }) {
  const rounded = Math.round(percent);
  return (
    <svg
      className="donut"
      viewBox="0 0 84 84"
      role="img"
      aria-label={`${rounded} percent ${label}`}
    >
      <circle className="track" cx="42" cy="42" r={radius} />
      {/* With round line caps, 0 % would be drawn as a dot. */}
      {percent > 0 && (
        <circle
          className="value"
          cx="42"
          cy="42"
          r={radius}
          strokeDasharray={`${(circumference * percent) / 100} ${circumference}`}
          transform="rotate(-90 42 42)"
        />
      )}
      <text x="42" y="42">
        {rounded}%
      </text>
      <text x="42" y="55" className="small">
        {label}
      </text>
    </svg>
  );
}
