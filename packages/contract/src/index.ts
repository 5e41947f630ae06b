export { closeCodes } from './close-codes.js';
export { contentProblem, textProblem } from './content.js';
export { ErrorBody, type ErrorStatus, errorStatuses } from './errors.js';
export { explainIssues, explainMisfit } from './explain.js';
export {
  type HttpExtension,
  headers,
  httpExtensions,
  type SocketFeature,
  socketFeatures,
} from './extensions.js';
export {
  type ClientFrame,
  FrameData,
  MessageFrame,
  ReadFrame,
  ServerFrame,
  type StatusEvent,
  statusEvents,
} from './frames.js';
export { defaults } from './limits.js';
export {
  ChatSession,
  ChatStats,
  FeedbackResponse,
  HistoryResponse,
  LoginResponse,
  LogoutResponse,
  Message,
  MessageStats,
  MessageStatus,
  Pagination,
  Role,
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
  FeedbackRequest,
  type HistoryQuery,
  LoginRequest,
  type PageQuery,
  type RequestRules,
  requests,
  SendMessageRequest,
} from './requests.js';
export { frameDataCheck, responseChecks } from './response-checks.js';
export { type RouteResponse, responses } from './responses.js';
export {
  basePath,
  type Layer,
  type Route,
  type RouteName,
  routes,
  socketPath,
} from './routes.js';
