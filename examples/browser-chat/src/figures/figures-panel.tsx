import { Bars } from './bars.js';
import { Ring } from './ring.js';
import { Share } from './share.js';
import type { Figures } from './use-figures.js';

/** The caller's own statistics. */
export function FiguresPanel({ figures }: { figures: Figures | undefined }) {
  return (
    <section className="panel" data-panel="Figures" aria-labelledby="figures">
      <h2 id="figures">Figures</h2>
      {figures === undefined ? <p className="quiet">Reading…</p> : <Drawn {...figures} />}
    </section>
  );
}

function Drawn({ chat, messages, sessions }: Figures) {
  return (
    <div className="figures">
      <Ring percent={chat.satisfactionRate} label="satisfied" />
      <dl>
        <Share name="Chats today" part={chat.todayChats} whole={chat.totalChats} />
        <Share name="Messages today" part={messages.todayMessages} whole={messages.totalMessages} />
        <div className="fact">
          <dt>A reply takes</dt>
          <dd>{(chat.avgResponseTime / 1000).toFixed(1)} s</dd>
        </div>
      </dl>
      {sessions.length > 0 && (
        <Bars
          title="Messages in each of the last sessions"
          values={sessions.map(({ messageCount }) => messageCount).reverse()}
        />
      )}
    </div>
  );
}
