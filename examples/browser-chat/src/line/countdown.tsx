import { useEffect, useState } from 'react';
import { seconds } from './journal.js';

/** How long it still takes, as a bar and a figure. */
export function Countdown({ until }: { until: number }) {
  const [begin] = useState(Date.now);
  const [now, setNow] = useState(begin);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, until - now);
  const share = left / Math.max(1, until - begin);
  return (
    <div className="countdown" aria-hidden="true">
      <div>
        <i style={{ width: `${100 * Math.min(1, share)}%` }} />
      </div>
      <span>{seconds(left)}</span>
    </div>
  );
}
