// Streams in the shapes in which four servers send them, each with the text that it amounts to.

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

/** A stream as OpenAI sends one, piece by piece. */
export function streamOf(...pieces: readonly string[]): string {
  return `${startOf(...pieces)}${openAiChunk({ delta: {}, finish_reason: 'stop' })}${done}`;
}

/** The same, before its end. */
export function startOf(...pieces: readonly string[]): string {
  const role = openAiChunk({ delta: { role: 'assistant', content: '', refusal: null } });
  return role + pieces.map((content) => openAiChunk({ delta: { content } })).join('');
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
  { server: 'OpenAI', stream: streamOf('Grüß', ' dich', ' 👋🏽', '!'), text: 'Grüß dich 👋🏽!' },
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
    stream: `: PROCESSING\r\n\r\nevent: message\r\n${streamOf('One', ' line').replaceAll('\n', '\r\n')}`,
    text: 'One line',
  },
];

/** An answer in one, as from a server that does not stream. */
export const wholeAnswer = (content: string | null, finish = 'stop') => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_740_000_000,
  model: 'some-model',
  choices: [
    { index: 0, message: { role: 'assistant', content, refusal: null }, finish_reason: finish },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});
