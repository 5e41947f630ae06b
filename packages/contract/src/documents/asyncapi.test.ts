import specs from '@asyncapi/specs';
import { Ajv, type AnySchema, type Options, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { closeCodes } from '../close-codes.js';
import {
  MessageFrameSchema,
  ReadFrameSchema,
  ServerFrameSchema,
  StopFrameSchema,
  statusEvents,
} from '../frames.js';
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
  info: { description: string };
  'x-close-codes': {
    code: number;
    description: string;
    example?: { code: number; reason: string };
  }[];
}

const events = Object.keys(statusEvents);
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

/** The target of a JSON pointer, or `undefined`. */
function resolvePointer(pointer: string): unknown {
  let target: unknown = document;
  for (const key of pointer.slice(2).split('/')) {
    target = (target as Record<string, unknown> | undefined)?.[key];
  }
  return target;
}

describe('the AsyncAPI document', () => {
  it('is AsyncAPI 3.0.0', () => {
    // The specification contains its own copy of the meta-schema.
    const ajv = validator({ meta: false, validateSchema: false });
    const validate = ajv.compile(specs.schemas['3.0.0'] as AnySchema);
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...document, channels: { chat: { messages: 'all' } } })).toBe(false);
  });

  it('has no broken reference', () => {
    const pointers = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, to]) => to!,
    );
    expect(pointers.length).toBeGreaterThan(20);
    expect(pointers.filter((pointer) => resolvePointer(pointer) === undefined)).toEqual([]);
  });

  it('lists every message in its channel and in one operation', () => {
    const names = Object.keys(document.components.messages);
    expect(Object.keys(document.channels.chat.messages)).toEqual(names);
    const used = Object.values(document.operations).flatMap(({ messages }) => messages);
    expect(used.map(({ $ref }) => $ref.split('/').at(-1))).toEqual(names);
  });

  it('contains every event, with an example and without secrets', () => {
    for (const event of events) {
      const payloads = document.components.messages[event]?.examples.map(({ payload }) => payload);
      expect(payloads).toContainEqual({ type: 'status', data: expect.objectContaining({ event }) });
    }
    expect(JSON.stringify(document)).not.toMatch(/eyJ/);
  });

  it.each(examples)(
    'has an example of $frame ($name) that matches its schema',
    ({ message, payload }) => {
      const validate = schemaAt(message.payload.$ref);
      expect(validate(payload), JSON.stringify(validate.errors)).toBe(true);
    },
  );

  it.each(examples)(
    'has an example of $frame ($name) that the contract accepts',
    ({ frame, payload }) => {
      const schema =
        { message: MessageFrameSchema, receipt: ReadFrameSchema, stop: StopFrameSchema }[frame] ??
        ServerFrameSchema;
      expect(schema.safeParse(payload).success).toBe(true);
    },
  );

  it('distinguishes its frames: no example of one event matches the schema of another', () => {
    for (const event of events) {
      const validate = schemaAt(document.components.messages[event]!.payload.$ref);
      const matching = examples.filter(
        ({ frame, payload }) => frame !== 'error' && validate(payload),
      );
      expect(matching.map(({ frame }) => frame)).toEqual(event === 'error' ? [] : [event]);
    }
  });

  it('describes every close code, with an example that matches its schema', () => {
    expect(document['x-close-codes'].map(({ code }) => code)).toEqual(Object.values(closeCodes));
    const validate = schemaAt('#/components/schemas/Close');
    for (const { code, description, example } of document['x-close-codes']) {
      expect(description).toMatch(/\.$/);
      // Tools show the introduction, but not the extension of the document.
      expect(document.info.description).toContain(`| ${code} | ${description} |`);
      if (example !== undefined) expect(validate(example) && example.code).toBe(code);
    }
  });
});
