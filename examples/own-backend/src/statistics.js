// @ts-check
/** @import { Conversation } from './conversation.js' */

/** @param {Conversation} conversation */
export function chatStatistics({ messages, sessionStarts, responseTimesMs }) {
  return {
    todayChats: sessionStarts.filter((index) => isToday(messages[index]?.timestamp)).length,
    totalChats: sessionStarts.length,
    avgResponseTime: mean(responseTimesMs),
    // Nothing in the API says how a reply is rated, so there is nothing to be satisfied with yet.
    satisfactionRate: 0,
  };
}

/** @param {Conversation} conversation */
export function messageStatistics({ messages, sessionStarts }) {
  return {
    todayMessages: messages.filter(({ timestamp }) => isToday(timestamp)).length,
    totalMessages: messages.length,
    avgMessagesPerChat: messages.length / Math.max(1, sessionStarts.length),
  };
}

/** @param {string | undefined} timestamp */
function isToday(timestamp) {
  return timestamp?.slice(0, 10) === new Date().toISOString().slice(0, 10);
}

/** @param {number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
