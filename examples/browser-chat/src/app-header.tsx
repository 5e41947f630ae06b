import type { ChatConnection } from '@chat/client/react';
import { Icon, type IconName } from './controls/icon.js';
import { type PanelName, panelNames } from './side-panel.js';
import { StateBadge } from './state-badge.js';

const panelIcons: Record<PanelName, IconName> = {
  Sessions: 'sessions',
  Statistics: 'statistics',
  'Simulate failures': 'failures',
};

/** The title, the state of the connection, and the actions of the page. On a phone, buttons show only their icons. */
export function AppHeader({
  connection,
  username,
  panel,
  onPanel,
  onNewChat,
  onLogout,
}: {
  connection: ChatConnection;
  username: string;
  /** The open panel. */
  panel: PanelName | undefined;
  /** Called with the panel to open or close. */
  onPanel(name: PanelName): void;
  onNewChat(): void;
  onLogout(): void;
}) {
  return (
    <header className="app-header">
      <img src="./icon.svg" alt="" width="30" height="30" />
      <h1>Harbour desk</h1>
      <StateBadge connection={connection} />
      <div className="header-buttons">
        <button type="button" title="New chat" onClick={onNewChat}>
          <Icon name="newChat" />
          <span>New chat</span>
        </button>
        {panelNames.map((name) => (
          <button
            key={name}
            type="button"
            title={name}
            data-opens={name}
            aria-expanded={name === panel}
            aria-controls={name === panel ? 'side-panel' : undefined}
            onClick={() => onPanel(name)}
          >
            <Icon name={panelIcons[name]} />
            <span>{name}</span>
          </button>
        ))}
        <span className="username muted">{username}</span>
        <button type="button" title="Log out" onClick={onLogout}>
          <Icon name="logOut" />
          <span>Log out</span>
        </button>
      </div>
    </header>
  );
}
