/**
 * What the desk knows. The first topic that fits a question answers it.
 *
 * @type {{ asks: RegExp, says(question: string): string }[]}
 */
export const topics = [
  {
    asks: /\bping\b/i,
    says: (question) => question.replace(/ping/i, 'Pong'),
  },
  {
    asks: /ticket|fare|price|cost/i,
    says: () =>
      'A day ticket is 7.40 and covers trams, buses and the ferry. If you make more than three trips, it is the cheaper choice. You can buy it on board, without cash.',
  },
  {
    asks: /weather|rain|wind|storm/i,
    says: () =>
      'A fresh breeze from the west today, with some showers in the afternoon. The ferry runs; when the wind goes above eight, the last two crossings are cancelled and the desk says so here.',
  },
  {
    asks: /lost|forgot|left my|umbrella/i,
    says: () =>
      'Things that are found on trams are brought here the next morning, and we keep them for thirty days. Tell me what it is and roughly when you lost it, and I will have a look.',
  },
  {
    asks: /\beat|food|hungry|dinner|breakfast|coffee|blue door/i,
    says: () =>
      'Behind the fish market there is a row of small places. The one with the blue door does a good soup, and the bakery at the corner opens at five, before the first boats leave.',
  },
  {
    asks: /tram|harbour\?/i,
    says: () =>
      'Take tram 4 from Market Square and get off at the last stop, Old Harbour. It runs every eight minutes until half past midnight, and the ride takes about a quarter of an hour.',
  },
  {
    asks: /ferr|boat|island/i,
    says: () =>
      'The island ferry leaves pier 2 at ten past every hour, first at 6:10 and last at 22:10. Bicycles travel free on weekdays; on Saturdays and Sundays they need a ticket of their own.',
  },
  {
    asks: /open|hours|close|when/i,
    says: () =>
      'The desk is open from six in the morning until eleven at night, every day. I am here around the clock, though what I promise at night is done in the morning.',
  },
  {
    asks: /thank|great|perfect/i,
    says: () => 'You are welcome. Have a good trip, and mind the wet cobbles by the pier.',
  },
  {
    asks: /hello|hi\b|good (morning|evening|day)/i,
    says: () => 'Good day, and welcome to the harbour desk. Where would you like to go?',
  },
  {
    asks: /./s,
    says: () =>
      'I know about trams, the ferry, tickets, the weather, lost things and where to eat. What you asked is beyond me, but somebody at the desk may know: we are at pier 1.',
  },
];
