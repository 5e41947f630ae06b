// @ts-check
/** @import { Conversation } from './conversation.js' */

/** @param {Conversation} conversation */
export function chatStatistics({ messages, sessionStarts, responseTimesMs, today }) {
  return {
    todayChats: sessionStarts.filter((index) => messages[index]?.timestamp.startsWith(today))
      .length,
    totalChats: sessionStarts.length,
    avgResponseTime: mean(responseTimesMs),
    // The core of the API has no route for ratings.
    satisfactionRate: 0,
  };
}

/** @param {Conversation} conversation */
export function messageStatistics({ messages, sessionStarts, today }) {
  return {
    todayMessages: messages.filter(({ timestamp }) => timestamp.startsWith(today)).length,
    totalMessages: messages.length,
    avgMessagesPerChat: messages.length / Math.max(1, sessionStarts.length),
  };
}

/** @param {number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
