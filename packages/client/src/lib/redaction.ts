import { percentEncode } from './utf8.js';

const maxSecrets = 32;

/** Anything that looks like a JSON Web Token. */
const jwtLike = '\\beyJ[\\w-]{5,}\\.[\\w-]+\\.[\\w-]*';

/** Words of up to 8 letters, such as "password", and short numbers: sentences contain them by chance. */
const commonWord = /^([a-z]{0,8}|\d{0,7}|.{0,2})$/is;

/** What precedes a value. It is matched and not looked behind, which Safari has only from 16.4 on. */
const valueStart = `[:=]\\s*\\\\*["']|=`;

/** The secrets that a client has used. They are removed from the texts of backends and runtimes. */
export class Secrets {
  /** The encodings of each secret, and their patterns. */
  readonly #values = new Map<string, (readonly [encoding: string, pattern: string])[]>();
  #pattern = RegExp(jwtLike, 'g');

  add(secret: string, anywhere: boolean = secret.length > 2): void {
    if (!secret) return;
    const encodings = [secret, percentEncode(secret), JSON.stringify(secret).slice(1, -1)].map(
      (encoding) => {
        const literal = encoding.replace(/[^\w\s]/g, '\\$&');
        // A whole value in JSON, in a printed object, in a form or in a query.
        const value = `(${valueStart})${literal}(?=[\\\\"'&\\s,;)}]|$)`;
        // Every pattern may begin before the value, so that the longest secret is found first.
        return [encoding, anywhere ? `(${valueStart})?${literal}` : value] as const;
      },
    );
    this.#values.delete(secret);
    this.#values.set(secret, encodings);
    const [oldest = ''] = this.#values.keys();
    if (this.#values.size > maxSecrets) this.#values.delete(oldest);
    // Longest first: when a secret is the prefix of a longer one, its replacement would leave the rest visible.
    const patterns = [...this.#values.values()]
      .flat()
      .sort(([a], [b]) => b.length - a.length)
      .map(([, pattern]) => pattern);
    this.#pattern = RegExp([jwtLike, ...patterns].join('|'), 'g');
  }

  /** A common word is redacted only where it is a value: a gap in a sentence would reveal the password. */
  addPassword(password: string): void {
    this.add(password, !commonWord.test(password));
  }

  readonly redact = (text: string): string =>
    text.replace(
      this.#pattern,
      (_, ...groups: (string | undefined)[]) =>
        `${groups.slice(0, -2).find(Boolean) ?? ''}[redacted]`,
    );
}
