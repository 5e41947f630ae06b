import { timetable } from './timetable.js';

/**
 * The topics of the assistant. The first topic that matches a question provides the reply.
 *
 * @type {{ pattern: RegExp, reply(question: string): string }[]}
 */
export const topics = [
  {
    pattern: /timetable/i,
    reply: () => timetable,
  },
  {
    pattern: /\bping\b/i,
    reply: (question) => question.replace(/ping/i, 'Pong'),
  },
  {
    pattern: /\bapi\b|program/i,
    reply: () => `The departures are also available as JSON, without a key:

\`\`\`sh
curl https://harbour.example/api/departures?stop=market-square
\`\`\`

The [documentation](https://harbour.example/api) describes all fields.`,
  },
  {
    pattern: /ticket|fare|price|cost/i,
    reply: () => `A day ticket is **7.40** and covers trams, buses and the ferry.

| Ticket | Price |
|---|---|
| Single trip | 2.80 |
| Day | 7.40 |
| Bicycle | 2.00 |

Buy it on board, without cash.`,
  },
  {
    pattern: /weather|rain|wind|storm/i,
    reply: () =>
      'A fresh breeze from the west today, with some showers in the afternoon. The ferry runs; when the wind goes above eight, the last two crossings are cancelled and the desk says so here.',
  },
  {
    pattern: /lost|forgot|left my|umbrella/i,
    reply: () =>
      'Things that are found on trams are brought here the next morning, and we keep them for thirty days. Tell me what it is and roughly when you lost it, and I will have a look.',
  },
  {
    pattern: /\beat|food|hungry|dinner|breakfast|coffee/i,
    reply: () => `Behind the fish market there are three good places:

- **The café** has soup from noon.
- **The bakery** at the corner opens at five, before the first boats leave.
- **Pier 2** serves coffee until the last ferry.`,
  },
  {
    pattern: /tram|harbour\?/i,
    reply: () =>
      'Take tram 4 from Market Square and get off at the last stop, Old Harbour. It runs every eight minutes until half past midnight, and the ride takes about a quarter of an hour.',
  },
  {
    pattern: /ferr|boat|island/i,
    reply: () =>
      'The island ferry leaves pier 2 at ten past every hour, first at **6:10** and last at **22:10**. Bicycles travel free on weekdays; on Saturdays and Sundays they need a ticket of their own. See [today’s crossings](https://harbour.example/ferry).',
  },
  {
    pattern: /open|hours|close|when/i,
    reply: () =>
      'The desk is open from six in the morning until eleven at night, every day. I am here around the clock, though what I promise at night is done in the morning.',
  },
  {
    pattern: /thank|great|perfect/i,
    reply: () => 'You are welcome. Have a good trip.',
  },
  {
    pattern: /hello|hi\b|good (morning|evening|day)/i,
    reply: () => 'Good day, and welcome to the harbour desk. Where would you like to go?',
  },
  {
    pattern: /./s,
    reply: () =>
      'I can answer questions about trams, the ferry, tickets, the weather, lost property and restaurants. For other questions, please visit the desk at pier 1.',
  },
];
