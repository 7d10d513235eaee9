/**
 * The prompts of the library, and the messages each becomes. The daemon renders them, so that every editor and script
 * sends the same words. Contract with clients: a prompt that yields `replace` asks for the code alone.
 */
import type { ChatMessage } from '../../../shared/domain/chatRequest.ts'
import type { CodeSelection, PromptName, PromptSummary, PromptYield } from '../../../shared/domain/prompt.ts'

export type RenderedPrompt = {
  readonly messages: readonly ChatMessage[]
  readonly yields: PromptYield
  readonly maxOutputTokens: number
}

export type PromptUse = {
  readonly name: PromptName
  /** The user's own words. */
  readonly text?: string
  readonly code?: CodeSelection
}

const prompts: Readonly<Record<PromptName, Omit<PromptSummary, 'name'> & { readonly task: string }>> = {
  explain: {
    title: 'Explain',
    description: 'What the code does and why',
    yields: 'answer',
    needsText: false,
    task: 'Explain what this code does and why it is written this way. Start with one sentence that sums it up. Name what would surprise a reader. Use short Markdown.',
  },
  fix: {
    title: 'Fix',
    description: 'Mend the mistakes, diagnostics included',
    yields: 'replace',
    needsText: false,
    task: 'Find and fix the mistakes in this code. Change nothing else.',
  },
  refactor: {
    title: 'Refactor',
    description: 'The same behaviour, easier to read',
    yields: 'replace',
    needsText: false,
    task: 'Refactor this code so that it is easier to read and change. Keep its behaviour and its public names.',
  },
  document: {
    title: 'Document',
    description: 'Doc comments where they help',
    yields: 'replace',
    needsText: false,
    task: "Add documentation comments in the language's usual form where they help a reader. Change no code.",
  },
  'write-tests': {
    title: 'Write tests',
    description: 'Tests for the selection',
    yields: 'answer',
    needsText: false,
    task: 'Write tests for this code in the test framework that fits it best. Cover the edges. Answer with one fenced code block, then one sentence on what is not covered.',
  },
  ask: {
    title: 'Ask…',
    description: 'Your own words about the selection',
    yields: 'answer',
    needsText: true,
    task: '',
  },
}

/** The practice providers and every client rely on this sentence. */
const replaceContract =
  'Answer with the replacement code only: no explanation, no Markdown fence. Keep the indentation of the original.'
const answerContract = 'You are a precise programming assistant inside an editor. Answer in Markdown.'

const minOutputTokens = 1_024
const maxOutputTokens = 8_192
/** Of ordinary source text. */
const bytesPerToken = 4
/** A rewritten selection with comments may grow to this many times its size. */
const growth = 4

export function listPrompts(): readonly PromptSummary[] {
  return (Object.keys(prompts) as PromptName[]).map((name) => {
    const { title, description, yields, needsText } = prompts[name]
    return { name, title, description, yields, needsText }
  })
}

/** Messages, and the output limit that is always sent: 4 times the selection, 1,024 to 8,192 tokens. Ask `missingInput` first. */
export function renderPrompt(use: PromptUse): RenderedPrompt {
  const { yields, task } = prompts[use.name]
  const system = yields === 'replace' ? replaceContract : answerContract
  const instruction = [task, use.text ?? ''].filter((line) => line !== '').join('\n\n')
  const user = use.code === undefined ? instruction : `${instruction}\n\n${codeBlock(use.code)}`
  return {
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: user },
    ],
    yields,
    maxOutputTokens: outputLimitOf(use.code),
  }
}

/** What the prompt still needs, in words for the user; undefined when nothing is missing. */
export function missingInput(use: PromptUse): string | undefined {
  const { needsText, yields, title } = prompts[use.name]
  if (needsText && (use.text ?? '').trim() === '')
    return `“${title}” needs your own words in \`prompt.text\`; none came.`
  const hasCode = (use.code?.text ?? '').trim() !== ''
  if (!hasCode && (yields === 'replace' || !needsText)) {
    return `“${title}” works on code; \`prompt.code.text\` is empty. Select some code first.`
  }
  return undefined
}

function outputLimitOf(code: CodeSelection | undefined): number {
  const selectionTokens = Math.ceil((code?.text.length ?? 0) / bytesPerToken)
  return Math.min(maxOutputTokens, Math.max(minOutputTokens, growth * selectionTokens))
}

function codeBlock(code: CodeSelection): string {
  const lines = [placeOf(code), diagnosticsOf(code), fenced(code.text, code.language ?? '')]
  return lines.filter((line) => line !== '').join('\n')
}

function placeOf(code: CodeSelection): string {
  if (code.path === undefined) return ''
  return code.startLine === undefined ? `File: ${code.path}` : `File: ${code.path}, from line ${code.startLine}`
}

function diagnosticsOf(code: CodeSelection): string {
  const { diagnostics = [] } = code
  return diagnostics.length === 0 ? '' : `Diagnostics:\n${diagnostics.map((line) => `- ${line}`).join('\n')}`
}

/** The fence is longer than any run of backticks inside, so that the code cannot close it. */
function fenced(text: string, language: string): string {
  const longestRun = (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0)
  const fence = '`'.repeat(Math.max(3, longestRun + 1))
  return `${fence}${language}\n${text}${text.endsWith('\n') ? '' : '\n'}${fence}`
}
