const radius = 34;
const around = 2 * Math.PI * radius;

/** A share in percent, as a ring. */
export function Ring({ percent, label }: { percent: number; label: string }) {
  const rounded = Math.round(percent);
  return (
    <svg className="ring" viewBox="0 0 84 84" role="img" aria-label={`${rounded} percent ${label}`}>
      <circle className="track" cx="42" cy="42" r={radius} />
      {/* Its round ends alone would be a dot. */}
      {percent > 0 && (
        <circle
          className="value"
          cx="42"
          cy="42"
          r={radius}
          strokeDasharray={`${(around * percent) / 100} ${around}`}
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
