import type { ChatRequest } from '../api.js';

/** Whether `Accept` names the type of server-sent events, and prefers no other type to it (RFC 9110, 12.5.1). */
export function acceptsEvents(request: Pick<ChatRequest, 'header'>): boolean {
  const given = request.header('accept');
  if (given === undefined || !/text\/event-stream/i.test(given)) return false;
  const qualities = new Map(
    given.split(',').map((range) => {
      const [type = '', ...parameters] = range.toLowerCase().split(';');
      const quality = parameters.map((each) => /^\s*q\s*=\s*([\d.]+)\s*$/.exec(each)?.[1]);
      return [type.trim(), Number(quality.find((each) => each !== undefined) ?? 1)];
    }),
  );
  const events = qualities.get('text/event-stream') ?? 0;
  return events > 0 && events >= (qualities.get('application/json') ?? 0);
}
