export { createAsyncApiDocument } from './asyncapi.js';
export { createOpenApiDocument } from './openapi.js';
export { createResponseChecks } from './response-checks.js';
