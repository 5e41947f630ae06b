import type { ControlledMock } from '../backend/mock-controls.js';
import type { MockFault, MockRateLimit, MockReplyRule } from '../backend/options.js';
import type { RecordedRequest } from '../backend/request-log.js';
import type { Namespaces } from '../process/namespaces.js';
import {
  type ControlCallName,
  type ControlInputs,
  type ControlResults,
  namespacesPath,
  type RequestJson,
} from './control-calls.js';
import { ControlError } from './control-error.js';

export interface ControlContext {
  /** The mock of the process, or that of a namespace. */
  readonly mock: ControlledMock;
  readonly namespaces: Namespaces;
  /** The URL of the process, without a namespace. */
  readonly origin: string;
}

type Handler<Name extends ControlCallName, Result> = (
  context: ControlContext,
  input: ControlInputs[Name],
) => Result | Promise<Result>;

type Handlers = { readonly [Name in keyof ControlResults]: Handler<Name, ControlResults[Name]> } & {
  readonly [Name in Exclude<ControlCallName, keyof ControlResults>]: Handler<Name, void>;
};

/** The input is valid by the table of control calls; conditions between fields are checked by the methods of the mock. */
export const controlHandlers: Handlers = {
  reply({ mock }, input) {
    const { rules, ...rule } = input as MockReplyRule & { rules?: readonly MockReplyRule[] };
    if (rules !== undefined && Object.keys(rule).length > 0) {
      throw new ControlError(
        400,
        'A reply has either "rules" or the fields of one rule, not both.',
      );
    }
    mock.controls.reply(rules ?? rule);
  },
  fail: ({ mock }, { route, ...fault }) => mock.controls.fail(route, fault as MockFault),
  rateLimit: ({ mock }, { route, ...limit }) =>
    mock.controls.rateLimit(route, limit as MockRateLimit),
  expireTokens: ({ mock }) => mock.controls.expireTokens(),
  advance({ mock }, { ms }) {
    if (mock.currentBackend().isRealTime) {
      throw new ControlError(
        409,
        'This mock runs in real time: start it without --real-time to advance its clock.',
      );
    }
    mock.controls.advance(ms);
  },
  async push({ mock }, { username, content }) {
    assertUser(mock, username);
    await mock.controls.push(username, content);
  },
  closeSockets: ({ mock }, closing) => mock.controls.closeSockets(closing),
  dropSockets: ({ mock }) => mock.controls.dropSockets(),
  closeSocket({ mock }, { id, code = 1000, reason = '' }) {
    const { sockets } = mock.currentBackend();
    const connection = sockets.listOpen().find((each) => sockets.idOf(each) === id);
    if (connection === undefined)
      throw new ControlError(404, `This mock has no open socket ${id}.`);
    connection.close(code, reason);
  },
  requests: ({ mock }) => ({ requests: mock.controls.requests.map(toJson) }),
  messages({ mock }, { username }) {
    assertUser(mock, username);
    return { messages: mock.controls.messages(username) };
  },
  sockets({ mock }, { username }) {
    assertUser(mock, username);
    const backend = mock.currentBackend();
    const sockets = backend
      .openSockets(username)
      .map((connection) => ({ id: backend.sockets.idOf(connection), username }));
    return { sockets };
  },
  reset: ({ mock }) => mock.controls.reset(),
  createNamespace({ namespaces, origin }, options) {
    return namespaceJson(namespaces.create(options), origin);
  },
  removeNamespace: ({ namespaces }, { name }) => namespaces.remove(name),
  namespaces: ({ namespaces, origin }) => ({
    namespaces: namespaces.names.map((name) => namespaceJson(name, origin)),
  }),
};

function namespaceJson(name: string, origin: string) {
  return { name, url: `${origin}${namespacesPath}/${name}` };
}

function assertUser(mock: ControlledMock, username: string): void {
  if (mock.currentBackend().hasUser(username)) return;
  throw new ControlError(404, `This mock has no user "${username}".`);
}

function toJson({ headers, ...request }: RecordedRequest): RequestJson {
  return { ...request, headers: Object.fromEntries(headers) };
}
