/** In what a server that speaks `openai-chat` departs from OpenAI. */
export type OpenaiQuirks = {
  /** Newer OpenAI models refuse the first name; most compatible servers know no other. */
  readonly maxTokensParameter: 'max_tokens' | 'max_completion_tokens'
  readonly seedParameter?: 'seed' | 'random_seed'
  /**
   * How reasoning is asked for: `reasoning_effort`; OpenRouter's `reasoning: {effort}`; `reasoning_effort` beside a switch
   * `thinking` that alone turns it off; that switch alone. Default: `effort`.
   */
  readonly reasoning?: 'effort' | 'object' | 'effort-and-switch' | 'switch'
  /** What of a model's reasoning goes back with its message. Default: nothing. */
  readonly reasoningBack?: 'reasoning_content' | 'reasoning_details'
  /** Understands Anthropic's `cache_control` on content and tools. */
  readonly keepsCacheControl?: boolean
  /** The word for "some tool must be called". */
  readonly requiredToolChoice?: 'required' | 'any'
}
