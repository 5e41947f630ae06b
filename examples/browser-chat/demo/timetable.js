const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));

/** All departures of a day as Markdown: long enough to reload the page, or to stop the reply. */
export const timetable = [
  'All departures of today.',
  ...hours.map((hour) =>
    [
      `### ${hour}:00 to ${hour}:59`,
      ...['10', '25', '40', '55'].map(
        (minute) =>
          `- Tram 4 leaves Market Square at **${hour}:${minute}** and arrives at Old Harbour a quarter of an hour later.`,
      ),
    ].join('\n'),
  ),
].join('\n\n');
