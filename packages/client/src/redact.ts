const remembered = 32;
const shortest = 3;

/** Everything that looks like a JSON web token, whoever made it. */
const jwtLike = /\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g;

/** The secrets that passed through a client, to take them out of what backends and runtimes say. */
export class Secrets {
  readonly #values = new Set<string>();

  add(secret: string): void {
    // Shorter ones would tear ordinary words apart, and a backend has no reason to repeat them.
    if (secret.length < shortest) return;
    this.#values.delete(secret);
    this.#values.add(secret);
    if (this.#values.size <= remembered) return;
    for (const oldest of this.#values) {
      this.#values.delete(oldest);
      return;
    }
  }

  readonly redact = (text: string): string => {
    let clean = text.replace(jwtLike, '[redacted]');
    for (const secret of this.#values) {
      clean = clean.replaceAll(secret, '[redacted]');
      clean = clean.replaceAll(encodeURIComponent(secret), '[redacted]');
    }
    return clean;
  };
}
