export { createAsyncApiDocument } from './asyncapi.js';
export { createResponseValidators, createRouteTable } from './client-code.js';
export { createOpenApiDocument } from './openapi.js';
