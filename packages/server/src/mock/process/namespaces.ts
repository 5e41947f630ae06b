import type { MockSetup } from '../backend/mock-backend.js';
import { type ControlledMock, createMockControls } from '../backend/mock-controls.js';
import type { MockOptions } from '../backend/options.js';
import { assertMockOptions } from '../backend/validate-options.js';
import { ControlError } from '../control/control-error.js';

type NamespaceOptions = Partial<Omit<MockOptions, 'replay'>> & { readonly name?: string };

const validName = /^[A-Za-z0-9_-]{1,64}$/;

/** The isolated backends of one process. */
export class Namespaces {
  /** For requests without a namespace. */
  readonly main: ControlledMock;
  readonly #setup: MockSetup;
  readonly #mocks = new Map<string, ControlledMock>();
  #created = 0;

  constructor(setup: MockSetup) {
    this.#setup = setup;
    this.main = createMockControls(setup);
  }

  get names(): string[] {
    return [...this.#mocks.keys()];
  }

  /** @throws {ControlError} 404 */
  get(name: string): ControlledMock {
    const mock = this.#mocks.get(name);
    if (mock === undefined) throw new ControlError(404, `This mock has no namespace "${name}".`);
    return mock;
  }

  /**
   * Returns the name.
   * @throws {ControlError} 400 for an invalid name, 409 for one that exists
   * @throws {TypeError} when an option is invalid
   */
  create({ name = this.#newName(), ...given }: NamespaceOptions): string {
    if (!validName.test(name)) {
      throw new ControlError(
        400,
        'The name of a namespace must be 1 to 64 letters, digits, "-" and "_".',
      );
    }
    if (this.#mocks.has(name)) {
      throw new ControlError(409, `The namespace "${name}" already exists.`);
    }
    const { allowedOrigins, realTime = false, ...defaults } = this.#setup;
    const limits = { ...defaults.limits, ...given.limits };
    const options = { ...defaults, ...given, limits };
    assertMockOptions(options);
    this.#mocks.set(name, createMockControls({ ...options, allowedOrigins, realTime }));
    return name;
  }

  /** @throws {ControlError} 404 */
  remove(name: string): void {
    this.get(name).currentBackend().dispose();
    this.#mocks.delete(name);
  }

  /** Closes all sockets like a server that restarts. */
  closeSockets(): void {
    for (const { controls } of [this.main, ...this.#mocks.values()]) controls.closeSockets();
  }

  #newName(): string {
    do this.#created += 1;
    while (this.#mocks.has(`ns-${this.#created}`));
    return `ns-${this.#created}`;
  }
}
