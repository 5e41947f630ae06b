import { type ReactNode, useEffect, useRef } from 'react';
import { IconButton } from './controls/icon-button.js';

export const panelNames = ['Sessions', 'Statistics', 'Simulate failures'] as const;
export type PanelName = (typeof panelNames)[number];

/** The open panel: next to the conversation, or instead of it on a small screen. Escape closes it. */
export function SidePanel({
  name,
  onClose,
  children,
}: {
  name: PanelName;
  onClose(): void;
  children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another panel receives the focus, too.
  useEffect(() => heading.current?.focus(), [name]);
  return (
    <section
      className="panel"
      id="side-panel"
      aria-labelledby="side-panel-heading"
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
    >
      <header>
        <h2 id="side-panel-heading" ref={heading} tabIndex={-1}>
          {name}
        </h2>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </header>
      <div className="panel-content">{children}</div>
    </section>
  );
}
