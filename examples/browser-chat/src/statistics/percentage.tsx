/** A value as a part of a total. */
export function Percentage({ name, part, total }: { name: string; part: number; total: number }) {
  return (
    <div className="stat">
      <dt>{name}</dt>
      <dd>
        {part} <span className="muted">of {total}</span>
      </dd>
      <svg className="percentage" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
        <rect className="track" width="100" height="3" />
        <rect className="value" width={total === 0 ? 0 : (100 * part) / total} height="3" />
      </svg>
    </div>
  );
}
