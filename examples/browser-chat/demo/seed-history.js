const hour = 3_600_000;
const day = 24 * hour;

/**
 * The earlier sessions: how long ago each started (ms), its questions, and the index of the last question whose reply was rated satisfied.
 *
 * @type {[number, string[], number][]}
 */
const sessions = [
  [
    6 * day + 2 * hour,
    [
      'Good morning!',
      'Which tram goes to the harbour?',
      'And what does a ticket cost?',
      'Thank you!',
    ],
    3,
  ],
  [
    5 * day - hour,
    [
      'When does the last ferry leave?',
      'Can I take my bicycle on the boat?',
      'Is it going to rain?',
      'Where can I get breakfast before that?',
      'Perfect, thanks.',
    ],
    4,
  ],
  [
    4 * day + hour,
    ['I left my umbrella on tram 4.', 'It was on Tuesday, around noon.', 'When are you open?'],
    1,
  ],
  [
    3 * day,
    [
      'Hello!',
      'Is the island worth a day?',
      'What does the ferry cost?',
      'And the tram?',
      'Does the ferry run in a storm?',
      'Where do people eat there?',
      'Thank you, that is great.',
    ],
    6,
  ],
  [
    2 * day + hour,
    ['Was my umbrella found?', 'It is green.', 'When can I fetch it?', 'Thanks!'],
    2,
  ],
  [
    day,
    [
      'Good evening.',
      'Which tram goes back to Market Square?',
      'Until when?',
      'Is there coffee at the pier?',
      'And the weather tomorrow?',
      'Great.',
    ],
    4,
  ],
  [
    2 * hour,
    [
      'Good morning!',
      'Does the ferry run today?',
      'What does it cost with a bicycle?',
      'Is there wind on the island?',
      'Where can I have breakfast?',
    ],
    4,
  ],
];

/**
 * Creates a week of conversations through the API, with a clock that it moves.
 *
 * @param {object} options
 * @param {string} options.baseUrl
 * @param {number} options.now end of the week, in milliseconds since the epoch
 * @param {(time: number) => void} options.moveClockTo
 * @param {{ username: string, password: string }} options.user
 */
export async function seedHistory({ baseUrl, now, moveClockTo, user }) {
  for (const [agoMs, questions, lastSatisfied] of sessions) {
    let time = now - agoMs;
    moveClockTo(time);
    const { access_token } = await call('login', undefined, user);
    for (const [index, message] of questions.entries()) {
      time += 47_000 + 9_000 * (index % 3);
      moveClockTo(time);
      const { messages } = await call('chat', access_token, { message }, 'return=minimal');
      if (index % 2 === 1) {
        const satisfied = index <= lastSatisfied;
        await call('chat/feedback', access_token, { messageId: messages.at(-1).id, satisfied });
      }
    }
  }
  moveClockTo(now);

  /**
   * @param {string} path
   * @param {string | undefined} token
   * @param {object} body
   */
  async function call(path, token, body, prefer = '') {
    const response = await fetch(`${baseUrl}/api/v1/${path}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(prefer && { Prefer: prefer }),
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`Seeding the history failed: ${await response.text()}`);
    return response.json();
  }
}
