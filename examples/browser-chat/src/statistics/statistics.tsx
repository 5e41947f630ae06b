import { BarChart } from './bar-chart.js';
import { DonutChart } from './donut-chart.js';
import { Percentage } from './percentage.js';
import type { Stats } from './use-stats.js';

/** The statistics of the user. */
export function Statistics({ stats }: { stats: Stats | undefined }) {
  return stats === undefined ? <p className="muted">Loading…</p> : <Charts {...stats} />;
}

function Charts({ chat, messages, sessions }: Stats) {
  return (
    <div className="stats">
      <DonutChart percent={chat.satisfactionRate} label="satisfied" />
      <dl>
        <Percentage name="Chats today" part={chat.todayChats} total={chat.totalChats} />
        <Percentage
          name="Messages today"
          part={messages.todayMessages}
          total={messages.totalMessages}
        />
        <div className="stat">
          <dt>Mean response time</dt>
          <dd>{(chat.avgResponseTime / 1000).toFixed(1)} s</dd>
        </div>
      </dl>
      {sessions.length > 0 && (
        <BarChart
          title="Messages per session, last sessions"
          values={sessions.map(({ messageCount }) => messageCount).reverse()}
        />
      )}
    </div>
  );
}
