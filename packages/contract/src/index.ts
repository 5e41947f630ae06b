export { contentProblem } from './content.js';
export { type ErrorStatus, errorStatuses } from './errors.js';
export { explainIssues } from './explain.js';
export {
  type HttpExtension,
  headers,
  httpExtensions,
  type SocketFeature,
  socketFeatures,
} from './extensions.js';
export {
  type ClientFrame,
  closeCodes,
  FrameData,
  MessageFrame,
  ReadFrame,
  ServerFrame,
  type StatusEvent,
  socketPath,
  statusEvents,
} from './frames.js';
export { defaults } from './limits.js';
export {
  ChatSession,
  ChatStats,
  ErrorBody,
  FeedbackRequest,
  FeedbackResponse,
  HistoryResponse,
  LoginRequest,
  LoginResponse,
  LogoutResponse,
  Message,
  MessageStats,
  MessageStatus,
  Pagination,
  Role,
  SendMessageRequest,
  SendMessageResponse,
  SessionsResponse,
} from './models.js';
export {
  type ParsedQuery,
  parseQuery,
  type QueryParameter,
  type QueryParameters,
  type RawQuery,
} from './query.js';
export {
  basePath,
  type HistoryQuery,
  type Layer,
  type PageQuery,
  type Route,
  type RouteName,
  type RouteResponse,
  routes,
} from './routes.js';
