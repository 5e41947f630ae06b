import { HttpError } from '../../domain/errors.js';
import { assertOptions } from '../../options/assert-options.js';
import { objectSchema } from '../backend/fields.js';
import { type ControlCall, type ControlCallName, controlCalls } from './control-calls.js';
import { ControlError } from './control-error.js';
import { type ControlContext, controlHandlers } from './control-handlers.js';

export interface ControlRequest {
  readonly method: string;
  /** Below the path of the control calls. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The text of the body. */
  readonly body: string;
}

export interface ControlResponse {
  readonly status: number;
  readonly json: object;
}

/** Never rejects: an error becomes an error response. */
export async function handleControlCall(
  context: ControlContext,
  request: ControlRequest,
): Promise<ControlResponse> {
  try {
    const { name, parameters } = findCall(request);
    const call = controlCalls[name];
    const input =
      call.method === 'POST'
        ? parseBody(request.body)
        : { ...Object.fromEntries(request.query), ...parameters };
    assertOptions(objectSchema(call.input), input, 'Field');
    const handler = controlHandlers[name] as (
      context: ControlContext,
      input: unknown,
    ) => object | undefined | Promise<object | undefined>;
    return { status: 200, json: (await handler(context, input)) ?? {} };
  } catch (error) {
    return toResponse(error);
  }
}

export function controlErrorResponse(error: ControlError): ControlResponse {
  return { status: error.status, json: { detail: error.message } };
}

/** The call of a method and path. */
function findCall({ method, path }: ControlRequest): {
  name: ControlCallName;
  parameters: { [name: string]: string };
} {
  const calls = Object.entries(controlCalls) as [ControlCallName, ControlCall][];
  const ofPath = calls.flatMap(([name, call]) => {
    const parameters = matchPath(call.path, path);
    return parameters === undefined ? [] : [{ name, call, parameters }];
  });
  const found = ofPath.find(({ call }) => call.method === method);
  if (found !== undefined) return found;
  if (ofPath.length > 0) {
    const methods = ofPath.map(({ call }) => call.method).join(' or ');
    throw new ControlError(405, `This control call needs the method ${methods}.`);
  }
  const paths = [...new Set(calls.map(([, call]) => call.path))];
  throw new ControlError(
    404,
    `There is no such control call: expected one of ${paths.join(', ')}.`,
  );
}

/** The parameters of a path; `undefined` for another path. */
function matchPath(template: string, path: string): { [name: string]: string } | undefined {
  const names = template.split('/');
  const values = path.split('/');
  if (names.length !== values.length) return undefined;
  const parameters: { [name: string]: string } = {};
  for (const [index, name] of names.entries()) {
    const value = values[index] ?? '';
    if (name.startsWith('{')) parameters[name.slice(1, -1)] = value;
    else if (name !== value) return undefined;
  }
  return parameters;
}

function parseBody(body: string): unknown {
  if (body === '') return {};
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new ControlError(400, 'The body is not valid JSON.');
  }
}

function toResponse(error: unknown): ControlResponse {
  if (error instanceof ControlError) return controlErrorResponse(error);
  if (error instanceof HttpError) return { status: error.status, json: { detail: error.message } };
  // The methods of the mock throw these for invalid values.
  if (error instanceof TypeError || error instanceof RangeError) {
    return { status: 400, json: { detail: error.message } };
  }
  console.error('[chat mock] A control call failed.', error);
  return {
    status: 500,
    json: { detail: 'The control call failed; the mock has logged the error.' },
  };
}
