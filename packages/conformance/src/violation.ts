/** The last exchange of a check, without secrets: enough to repeat it by hand. */
export interface Evidence {
  readonly sent: string;
  readonly received: string;
}

/** The backend broke the rule under test. */
export class Violation extends Error {
  readonly evidence: Evidence | undefined;

  constructor(message: string, evidence?: Evidence) {
    super(message);
    this.name = 'Violation';
    this.evidence = evidence;
  }
}
