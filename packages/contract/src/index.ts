export { closeCodes } from './close-codes.js';
export { validateContent, validateText } from './content.js';
export { describeFirstIssue, describeIssue } from './describe-issue.js';
export { type ErrorStatus, errorStatuses } from './errors.js';
export {
  extensionOf,
  type HttpExtension,
  headers,
  httpExtensions,
  type Layer,
  type SocketFeature,
  serverHeaders,
  socketFeatures,
} from './extensions.js';
export {
  type ClientFrame,
  type FrameData,
  type MessageFrame,
  MessageFrameSchema,
  type ReadFrame,
  ReadFrameSchema,
  type ServerFrame,
  ServerFrameSchema,
  type StatusEvent,
  type StopFrame,
  StopFrameSchema,
} from './frames.js';
export { protocolDefaults, protocolLimits } from './limits.js';
export {
  type ChatSession,
  type ChatStats,
  type Message,
  type MessageDetails,
  type MessageStats,
  type MessageStatus,
  messageDetails,
  type Pagination,
  type Role,
} from './models.js';
export { type ParsedQuery, parseQuery, type QueryParameters, type RawQuery } from './query.js';
export type { ReplyDelta, ReplyError } from './reply-events.js';
export {
  responseValidators,
  validateFrame,
  validateReplyDelta,
} from './response-validators.gen.js';
export {
  type HistoryQuery,
  type PageQuery,
  type RouteResponse,
  type RouteSpec,
  routeSpecs,
} from './route-specs.js';
export { extensionRoutes, requests } from './routes.gen.js';
export { basePath, type Route, type RouteName, routes, socketPath } from './routes.js';
