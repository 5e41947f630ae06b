/** The outlines of the icons, in a square of 20 × 20. */
const paths = {
  newChat: 'M10 4H4v12h12v-6M8 12l1-3 6.5-6.5 2 2L11 11z',
  sessions: 'M10 3a7 7 0 1 1-6.4 4.2M3 3.5v4h4M10 6.5V10l2.5 1.5',
  statistics: 'M4 16V9M10 16V4M16 16v-5',
  failures: 'M10 3.5 17.5 16.5h-15zM10 8.5v3.5M10 14.3h.01',
  logOut: 'M8 4H4v12h4M8 10h9M14 7l3 3-3 3',
  close: 'm5 5 10 10M15 5 5 15',
  copy: 'M8 8h8v8H8zM12 8V4H4v8h4',
  check: 'm4 10.5 4 4 8-9',
  retry: 'M16 10a6 6 0 1 1-1.8-4.3M16 3.5v3.3h-3.3',
  stop: 'M6 6h8v8H6z',
  send: 'M10 16V4M5 9l5-5 5 5',
  good: 'M7 9v8H4V9zm0 0 3-6c1.5 0 2.2 1 2 2.4L11.6 8H16l-1.3 7.3a2 2 0 0 1-1.9 1.7H7',
  bad: 'M13 11V3h3v8zm0 0-3 6c-1.5 0-2.2-1-2-2.4l.4-2.6H4l1.3-7.3A2 2 0 0 1 7.2 3H13',
};

export type IconName = keyof typeof paths;

/** An icon in the colour of the text. The control around it has the name. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
