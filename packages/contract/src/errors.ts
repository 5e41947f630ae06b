/** What each error status means here; the first six rows are the API document's table. */
export const errorStatuses = {
  400: 'Bad Request',
  401: 'Unauthorized or Authentication Failed',
  403: 'Forbidden',
  404: 'Resource Not Found',
  500: 'Internal Server Error',
  413: 'Body Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  503: 'Overloaded or Stopping',
} as const;
export type ErrorStatus = keyof typeof errorStatuses;
