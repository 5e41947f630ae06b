/** A figure as part of another one. */
export function Share({ name, part, whole }: { name: string; part: number; whole: number }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>
        {part} <span className="quiet">of {whole}</span>
      </dd>
      <svg className="share" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
        <rect className="track" width="100" height="3" />
        <rect className="value" width={whole === 0 ? 0 : (100 * part) / whole} height="3" />
      </svg>
    </div>
  );
}
