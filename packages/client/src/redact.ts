const remembered = 32;

/** Everything that looks like a JSON web token, whoever made it. */
const jwtLike = '\\beyJ[\\w-]{5,}\\.[\\w-]+\\.[\\w-]*';

/** Short ones, and "password" itself: ordinary words that stand in sentences by chance. */
const guessable = /^(.{0,7}|[a-z]{8})$/is;

/** The secrets that passed through a client, to take them out of what backends and runtimes say. */
export class Secrets {
  /** Each with whether it is taken out anywhere, or only where it stands as a whole value. */
  readonly #values = new Map<string, boolean>();
  #pattern: RegExp | undefined;

  add(secret: string, anywhere: boolean = secret.length > 2): void {
    if (!secret) return;
    this.#pattern = undefined;
    this.#values.delete(secret);
    this.#values.set(secret, anywhere);
    if (this.#values.size <= remembered) return;
    for (const oldest of this.#values.keys()) {
      this.#values.delete(oldest);
      return;
    }
  }

  /** A word taken out of a sentence would tear it apart, and tell by the gap what the password is. */
  addPassword(password: string): void {
    this.add(password, !guessable.test(password));
  }

  readonly redact = (text: string): string => {
    this.#pattern ??= this.#compile();
    return text.replace(this.#pattern, '$1[redacted]');
  };

  #compile(): RegExp {
    const spellings = (anywhere: boolean) =>
      [...this.#values]
        .filter((entry) => entry[1] === anywhere)
        .flatMap(([secret]) => [
          secret,
          // A lone surrogate cannot be encoded.
          encodeURIComponent(secret.replace(/\p{Cs}/gu, '\ufffd')),
          JSON.stringify(secret).slice(1, -1),
        ])
        // One that another begins with would leave the rest of that to be seen.
        .sort((a, b) => b.length - a.length)
        .map((each) => each.replace(/[^\w\s]/g, '\\$&'));
    const values = spellings(false).join('|') || '(?!)';
    return RegExp(
      `${[jwtLike, ...spellings(true)].join('|')}|([:=]\\s*\\\\*["']|=)(?:${values})(?=[\\\\"'&\\s,;)}]|$)`,
      'g',
    );
  }
}
