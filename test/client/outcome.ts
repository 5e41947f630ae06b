import { isChatError } from '@chat/client';

/** `done`, or the code of the client's error; any other error is a failure of the client. */
export function outcome(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error) => (isChatError(error) ? error.code : Promise.reject(error)),
  );
}

/** The error of a call that must fail. */
export function failure<E = unknown>(work: Promise<unknown>): Promise<E> {
  return work.then(
    () => Promise.reject(new Error('It was expected to fail, and did not.')),
    (error) => error as E,
  );
}

/** Something that happens once, and that others wait for. */
export interface Moment {
  readonly came: Promise<void>;
  come(): void;
}

export function moment(): Moment {
  let come = () => {};
  const came = new Promise<void>((resolve) => {
    come = resolve;
  });
  return { came, come: () => come() };
}
