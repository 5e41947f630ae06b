import { messageDetailExtensions } from './models.js';
import { extensionRoutes } from './routes.gen.js';

/** Core routes are in the API document. Extensions are optional for a backend. */
export type Layer = 'core' | 'extension';

/** HTTP headers of the protocol, spelled as they are sent. */
export const headers = {
  extensions: 'Chat-Extensions',
  idempotencyKey: 'Idempotency-Key',
  prefer: 'Prefer',
  requestId: 'X-Request-Id',
  retryAfter: 'Retry-After',
} as const;

/** Headers that clients do not read. An object of their own, so that bundles of the client omit it. */
export const serverHeaders = {
  idempotencyReplayed: 'Idempotency-Replayed',
  preferenceApplied: 'Preference-Applied',
} as const;

type ExtensionRoute = keyof typeof extensionRoutes;
type KebabCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `-${Lowercase<First>}`}${KebabCase<Rest>}`
  : Name;

// Marked as pure, so that bundles of the client, which does not use the lists, omit them.

/** Extensions without a route of their own. */
const otherExtensions = /* @__PURE__ */ concat(
  ['identity', 'idempotency', 'minimal', 'history-filters'],
  messageDetailExtensions,
  ['stream'],
);

/** The extensions that a server lists in the `Chat-Extensions` header of every response. */
export type HttpExtension = (typeof otherExtensions)[number] | KebabCase<ExtensionRoute>;

/** The extension of a route: `newSession` is announced as `new-session`. */
export function extensionOf(route: string): string {
  return route.replace(/[A-Z]/g, '-$&').toLowerCase();
}

export const httpExtensions: readonly HttpExtension[] = /* @__PURE__ */ listHttpExtensions();

function listHttpExtensions(): readonly HttpExtension[] {
  const ofRoutes = Object.keys(extensionRoutes).map(
    (name) => extensionOf(name) as KebabCase<ExtensionRoute>,
  );
  return [...otherExtensions, ...ofRoutes];
}

/** The extensions that a server lists in `data.features` of the greeting. */
export const socketFeatures = /* @__PURE__ */ concat(
  ['identity', 'ack', 'heartbeat', 'typing', 'streaming', 'receipts', 'rate-limit-notice'],
  messageDetailExtensions,
  ['stop', 'reply-in-progress'],
);
export type SocketFeature = (typeof socketFeatures)[number];

function concat<const Name extends string>(
  ...lists: readonly (readonly Name[])[]
): readonly Name[] {
  return lists.flat();
}
