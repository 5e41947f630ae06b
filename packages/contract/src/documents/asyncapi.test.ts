import specs from '@asyncapi/specs';
import { Ajv, type AnySchema, type Options, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { closeCodes } from '../close-codes.js';
import { MessageFrame, ReadFrame, ServerFrame, statusEvents } from '../frames.js';
import { createAsyncApiDocument } from './asyncapi.js';

interface Message {
  payload: { $ref: string };
  summary: string;
  'x-layer': string;
  examples: { name: string; payload: unknown }[];
}

interface Document {
  channels: { chat: { address: string; messages: { [name: string]: { $ref: string } } } };
  operations: { [name: string]: { action: string; messages: { $ref: string }[] } };
  components: { schemas: object; messages: { [name: string]: Message } };
  'x-close-codes': {
    code: number;
    description: string;
    example?: { code: number; reason: string };
  }[];
}

const document = createAsyncApiDocument() as Document;
const examples = Object.entries(document.components.messages).flatMap(([name, message]) =>
  message.examples.map((example) => ({ frame: name, message, ...example })),
);

function validator(options: Options = {}): Ajv {
  const ajv = new Ajv({ strict: false, ...options });
  addFormats.default(ajv);
  return ajv;
}

function schemaAt(pointer: string): ValidateFunction {
  return validator()
    .addSchema(document, 'asyncapi')
    .compile({ $ref: `asyncapi${pointer}` });
}

/** What the pointer leads to; `undefined` when it leads nowhere. */
function follow(pointer: string): unknown {
  let target: unknown = document;
  for (const key of pointer.slice(2).split('/')) {
    target = (target as Record<string, unknown> | undefined)?.[key];
  }
  return target;
}

describe('the AsyncAPI document', () => {
  it('is AsyncAPI 3.0.0', () => {
    // The specification brings its own copy of the schema of schemas.
    const ajv = validator({ meta: false, validateSchema: false });
    const fits = ajv.compile(specs.schemas['3.0.0'] as AnySchema);
    expect(fits(document), JSON.stringify(fits.errors)).toBe(true);
    expect(fits({ ...document, channels: { chat: { messages: 'all' } } })).toBe(false);
  });

  it('has no reference that leads nowhere', () => {
    const pointers = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, to]) => to!,
    );
    expect(pointers.length).toBeGreaterThan(20);
    expect(pointers.filter((pointer) => follow(pointer) === undefined)).toEqual([]);
  });

  it('names every message in its channel and in one operation', () => {
    const names = Object.keys(document.components.messages);
    expect(Object.keys(document.channels.chat.messages)).toEqual(names);
    const used = Object.values(document.operations).flatMap(({ messages }) => messages);
    expect(used.map(({ $ref }) => $ref.split('/').at(-1))).toEqual(names);
  });

  it('shows every event, with an example and without secrets', () => {
    for (const event of statusEvents) {
      const shown = document.components.messages[event]?.examples.map(({ payload }) => payload);
      expect(shown).toContainEqual({ type: 'status', data: expect.objectContaining({ event }) });
    }
    expect(JSON.stringify(document)).not.toMatch(/eyJ/);
  });

  it.each(examples)(
    'has an example of $name ($name) that fits its schema',
    ({ message, payload }) => {
      const fits = schemaAt(message.payload.$ref.slice(0));
      expect(fits(payload), JSON.stringify(fits.errors)).toBe(true);
    },
  );

  it.each(examples)(
    'has an example of $frame ($name) that the contract reads',
    ({ frame, payload }) => {
      const schema = { message: MessageFrame, receipt: ReadFrame }[frame] ?? ServerFrame;
      expect(schema.safeParse(payload).success).toBe(true);
    },
  );

  it('tells its frames apart: no example of one event fits the schema of another', () => {
    for (const event of statusEvents) {
      const fits = schemaAt(document.components.messages[event]!.payload.$ref);
      const fitting = examples.filter(({ frame, payload }) => frame !== 'error' && fits(payload));
      expect(fitting.map(({ frame }) => frame)).toEqual(event === 'error' ? [] : [event]);
    }
  });

  it('says what every close code means, with an example that fits its schema', () => {
    expect(document['x-close-codes'].map(({ code }) => code)).toEqual(Object.values(closeCodes));
    const fits = schemaAt('#/components/schemas/Close');
    for (const { code, description, example } of document['x-close-codes']) {
      expect(description).toMatch(/\.$/);
      if (example !== undefined) expect(fits(example) && example.code).toBe(code);
    }
  });
});
