// Streams in the formats of four servers, each with its text.

const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
const done = 'data: [DONE]\n\n';

interface Recording {
  readonly server: string;
  readonly stream: string;
  readonly text: string;
}

const openAiChunk = (choice: object): string =>
  event({
    id: 'chatcmpl-B9M2xQk1',
    object: 'chat.completion.chunk',
    created: 1_740_000_000,
    model: 'gpt-4o-mini-2024-07-18',
    service_tier: 'default',
    system_fingerprint: 'fp_06737a9306',
    choices: [{ index: 0, logprobs: null, finish_reason: null, ...choice }],
    obfuscation: 'xK2',
  });

/** A complete stream in OpenAI's format. */
export function completionStream(...chunks: readonly string[]): string {
  return `${completionStart(...chunks)}${openAiChunk({ delta: {}, finish_reason: 'stop' })}${done}`;
}

/** The same without its end. */
export function completionStart(...chunks: readonly string[]): string {
  const role = openAiChunk({ delta: { role: 'assistant', content: '', refusal: null } });
  return role + chunks.map((content) => openAiChunk({ delta: { content } })).join('');
}

const ollamaChunk = (content: string, finish: string | null = null): string =>
  event({
    id: 'chatcmpl-512',
    object: 'chat.completion.chunk',
    created: 1_740_000_000,
    model: 'llama3.2',
    system_fingerprint: 'fp_ollama',
    choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason: finish }],
  });

const vllmChunk = (choices: readonly object[], usage: object | null = null): string =>
  event({
    id: 'chatcmpl-0f6e',
    object: 'chat.completion.chunk',
    created: 1_740_000_000,
    model: 'Qwen/Qwen2.5-7B-Instruct',
    choices,
    usage,
  });

const llamaChunk = (delta: object, finish: string | null = null, more: object = {}): string =>
  event({
    choices: [{ finish_reason: finish, index: 0, delta }],
    created: 1_740_000_000,
    id: 'chatcmpl-y3Nn',
    model: 'gpt-3.5-turbo',
    system_fingerprint: 'b4719-abc',
    object: 'chat.completion.chunk',
    ...more,
  });

export const recordings: readonly Recording[] = [
  {
    server: 'OpenAI',
    stream: completionStream('Grüß', ' dich', ' 👋🏽', '!'),
    text: 'Grüß dich 👋🏽!',
  },
  {
    server: 'Ollama',
    stream: `${ollamaChunk('سلام')}${ollamaChunk('، دنیا')}${ollamaChunk('', 'stop')}${done}`,
    text: 'سلام، دنیا',
  },
  {
    server: 'vLLM',
    stream: [
      vllmChunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]),
      vllmChunk([{ index: 0, delta: { content: '你好' }, logprobs: null, finish_reason: null }]),
      vllmChunk([{ index: 0, delta: { content: '。' }, finish_reason: 'stop', stop_reason: null }]),
      vllmChunk([], { prompt_tokens: 9, total_tokens: 12, completion_tokens: 3 }),
      done,
    ].join(''),
    text: '你好。',
  },
  {
    server: 'llama.cpp',
    stream: [
      llamaChunk({ role: 'assistant', content: null }),
      llamaChunk({ content: 'Hi' }),
      llamaChunk({ content: ' there' }),
      llamaChunk({}, 'stop', { timings: { prompt_n: 11, predicted_n: 2 } }),
      done,
    ].join(''),
    text: 'Hi there',
  },
  {
    server: 'a gateway with comments and CRLF',
    stream: `: PROCESSING\r\n\r\nevent: message\r\n${completionStream('One', ' line').replaceAll('\n', '\r\n')}`,
    text: 'One line',
  },
];

/** A response of a server that does not stream. */
export const wholeCompletion = (content: string | null, finish = 'stop') => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_740_000_000,
  model: 'some-model',
  choices: [
    { index: 0, message: { role: 'assistant', content, refusal: null }, finish_reason: finish },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});
