import * as z from 'zod/mini';

/**
 * What each error status means here. The first five rows are the API document's; the others stand
 * only where HTTP has no other word.
 */
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

/** The body of every error answer. */
export const ErrorBody = z.object({ detail: z.string() });
export type ErrorBody = z.infer<typeof ErrorBody>;
