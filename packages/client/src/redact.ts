const remembered = 32;

/** Everything that looks like a JSON web token, whoever made it. */
const jwtLike = '\\beyJ[\\w-]{5,}\\.[\\w-]+\\.[\\w-]*';

/** Ordinary words, "password" the longest of them, and numbers: they stand in sentences by chance. */
const guessable = /^([a-z]{0,8}|\d{0,7}|.{0,2})$/is;

/** The secrets that passed through a client, to take them out of what backends and runtimes say. */
export class Secrets {
  /** By each, how it may be spelled and the patterns of that. */
  readonly #values = new Map<string, (readonly [spelling: string, pattern: string])[]>();
  #pattern = RegExp(jwtLike, 'g');

  add(secret: string, anywhere: boolean = secret.length > 2): void {
    if (!secret) return;
    const spellings = [
      secret,
      // A lone surrogate cannot be encoded.
      encodeURIComponent(secret.replace(/\p{Cs}/gu, '\ufffd')),
      JSON.stringify(secret).slice(1, -1),
    ].map((spelling) => {
      const literal = spelling.replace(/[^\w\s]/g, '\\$&');
      // A whole value of JSON, of a printed object, of a form or of a query.
      const value = `(?<=[:=]\\s*\\\\*["']|=)${literal}(?=[\\\\"'&\\s,;)}]|$)`;
      return [spelling, anywhere ? literal : value] as const;
    });
    this.#values.delete(secret);
    this.#values.set(secret, spellings);
    const [oldest = ''] = this.#values.keys();
    if (this.#values.size > remembered) this.#values.delete(oldest);
    // One that another begins with would leave the rest of that to be seen.
    const patterns = [...this.#values.values()]
      .flat()
      .sort(([a], [b]) => b.length - a.length)
      .map(([, pattern]) => pattern);
    this.#pattern = RegExp([jwtLike, ...patterns].join('|'), 'g');
  }

  /** A word taken out of a sentence would tear it apart, and tell by the gap what the password is. */
  addPassword(password: string): void {
    this.add(password, !guessable.test(password));
  }

  readonly redact = (text: string): string => text.replace(this.#pattern, '[redacted]');
}
