/** The error statuses. The first five are in the API document; the others are used only where HTTP has no better one. */
export const errorStatuses = {
  400: 'Bad Request',
  401: 'Unauthorized or Authentication Failed',
  403: 'Forbidden',
  404: 'Resource Not Found',
  500: 'Internal Server Error',
  408: 'Request Not Received In Time',
  413: 'Body Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  431: 'Header Fields Too Large',
  503: 'Overloaded or Stopping',
} as const;
export type ErrorStatus = keyof typeof errorStatuses;
