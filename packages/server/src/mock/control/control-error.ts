/** The error response of a control call. */
export class ControlError extends Error {
  readonly status: 400 | 403 | 404 | 405 | 409 | 413;

  constructor(status: ControlError['status'], detail: string) {
    super(detail);
    this.name = 'ControlError';
    this.status = status;
  }
}
