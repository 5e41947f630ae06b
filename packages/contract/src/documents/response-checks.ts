import type * as z from 'zod/mini';
import { FrameData } from '../frames.js';
import { ChatSession, Message, Pagination } from '../models.js';
import { responses } from '../responses.js';

type Schema = z.core.$ZodTypes;

/** What is part of several answers, and therefore written once. */
const shared = { Message, ChatSession, Pagination };
const names = new Map<unknown, string>(
  Object.entries(shared).map(([name, schema]) => [schema, name]),
);

/** `response-checks.ts`: the schemas of what a client receives, written in the words of `checks.ts`. */
export function createResponseChecks(): string {
  const constants = Object.entries(shared).map(
    ([name, schema]) => `const ${name} = ${write(schema as unknown as Schema)};\n`,
  );
  const answers = Object.entries(responses).map(
    ([name, schema]) => `  ${name}: ${refer(schema as unknown as Schema, '  ')},\n`,
  );
  return `// Made from the schemas by "npm run docs:specs": a change begins there, in models.ts or frames.ts.
import { type Check, list, number, object, oneOf, optional, string } from './checks.js';
import type { RouteName } from './routes.js';

${constants.join('\n')}
/** What a success of each route carries. */
export const responseChecks: Readonly<Record<RouteName, Check>> = {
${answers.join('')}};

/** The \`data\` of a frame. */
export const frameDataCheck = ${write(FrameData as unknown as Schema)};
`;
}

function refer(schema: Schema, indent: string): string {
  return names.get(schema) ?? write(schema, indent);
}

function write(schema: Schema, indent = ''): string {
  const { def } = schema._zod;
  switch (def.type) {
    case 'string':
    case 'number':
      return def.type;
    case 'literal':
      return `oneOf(${def.values.map((value) => `'${String(value)}'`).join(', ')})`;
    case 'optional':
      return `optional(${refer(def.innerType as Schema, indent)})`;
    case 'array':
      return `list(${refer(def.element as Schema, indent)})`;
    case 'object': {
      const deeper = `${indent}  `;
      const fields = Object.entries(def.shape).map(
        ([name, field]) => `${deeper}${name}: ${refer(field as Schema, deeper)},\n`,
      );
      return `object({\n${fields.join('')}${indent}})`;
    }
    default:
      throw new Error(`checks.ts has no word for a schema of type "${def.type}".`);
  }
}
