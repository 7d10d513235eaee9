/**
 * Whether a model answers a chat in text. Lists of models also hold those that embed, rank, transcribe, paint, speak or judge;
 * asked to chat they only fail. What a list says of a model counts; where it says nothing, its name does. The names are those
 * of the models that OpenAI, Google, Mistral, Groq, Together, OpenRouter and Ollama's library list (2026-11).
 */
export type ModelSigns = {
  /** In the provider's API, or in a catalogue. */
  readonly name: string
  /** In models.dev's and OpenRouter's words: `text`, `image`, `audio`... */
  readonly inputs?: readonly string[] | undefined
  readonly outputs?: readonly string[] | undefined
  /** Together: `chat`, `language`, `code`, `embedding`, `image`...; LM Studio: `llm`, `vlm`, `embeddings`. */
  readonly type?: string | undefined
  /** Ollama: `completion`, `tools`, `embedding`... */
  readonly capabilities?: readonly string[] | undefined
  /** Ollama's architecture, such as `qwen2`; embedding models are `bert` or `nomic-bert`. */
  readonly family?: string | undefined
}

const chatTypes: ReadonlySet<string> = new Set(['chat', 'text', 'language', 'code', 'llm', 'vlm', 'model'])

export function isChatModel({ name, inputs, outputs, type, capabilities, family }: ModelSigns): boolean {
  if (inputs?.includes('text') === false || outputs?.includes('text') === false) return false
  if (type !== undefined && !chatTypes.has(type)) return false
  if (capabilities !== undefined && !capabilities.some((one) => /^(?:completion|chat)/.test(one))) return false
  if (family?.endsWith('bert')) return false
  // Also when text is said to come out: of embeddings and transcripts some lists say so.
  return !otherNames.test(slugOf(name))
}

/** Without author and tag: `all-minilm` of `library/all-minilm:22m`. */
function slugOf(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/:[^/]*$/, '')
      .split('/')
      .at(-1) ?? ''
  )
}

const rankers = ['embed', 'minilm', 'mpnet', 'paraphrase', 'rerank']
const within = [...rankers, 'whisper', 'transcri', 'kokoro', 'moderation', 'guard', 'shieldgemma', 'realtime']
const painters = ['dall-e', 'imagen', 'imagine', 'flux', 'diffusion', 'sdxl', 'seedream', 'recraft', 'ideogram']
const films = ['sora', 'veo', 'kling', 'hailuo', 'seedance', 'video', 'wan']
const sounds = ['tts', 'stt', 'asr', 'audio', 'speech', 'orpheus', 'lyria', 'music', 'live']
const words = [...films, ...sounds, 'image', 'images', 'ocr']
/** These complete text and take no chat. */
const completions = ['davinci-002', 'babbage-002', 'gpt-3\\.5-turbo-instruct.*']
const embeddingFamilies = ['bge', 'e5', 'gte', 'voyage']

const otherNames = new RegExp(
  [
    [...within, ...painters].join('|'),
    `(?:^|[-_.])(?:${words.join('|')})(?=$|[-_.\\d])`,
    `(?:^|-)(?:${embeddingFamilies.join('|')})-`,
    `^(?:${completions.join('|')})$`,
  ].join('|'),
)
