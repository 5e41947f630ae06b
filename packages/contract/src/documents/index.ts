export { createAsyncApiDocument } from './asyncapi.js';
export { createOpenApiDocument } from './openapi.js';
