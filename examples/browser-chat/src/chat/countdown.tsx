import { useEffect, useState } from 'react';
import { seconds } from './dates.js';

/** The remaining time as a bar and a number. */
export function Countdown({ until }: { until: number }) {
  const [start] = useState(Date.now);
  const [now, setNow] = useState(start);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, until - now);
  const fraction = left / Math.max(1, until - start);
  return (
    <div className="countdown" aria-hidden="true">
      <div>
        <i style={{ width: `${100 * Math.min(1, fraction)}%` }} />
      </div>
      <span>{seconds(left)}</span>
    </div>
  );
}
