/**
 * What a practice provider answers to the messages of a chat: an outline of the code in the last user message, or,
 * where the system message asks for a replacement, that code unchanged under one comment line. It always says that no
 * model was asked. Pure.
 */
import { fencedBlocksOf } from '../../../shared/domain/fences.ts'
import { type LanguageFamily, languageFamilyOf } from './languages.ts'
import { type Outline, type OutlineEntry, outlineOf } from './outline.ts'

export type PracticeMessage = { readonly role: string; readonly text: string }

export function practiceAnswerOf(messages: readonly PracticeMessage[]): string {
  const userText = messages.findLast((message) => message.role === 'user')?.text ?? ''
  const code = codeIn(userText)
  const wantsReplacement = messages.some(({ role, text }) => role === 'system' && text.includes(replaceSentence))
  if (wantsReplacement) return code === undefined ? '' : replacementOf(code)
  return code === undefined ? answerWithoutCode(userText) : outlineTextOf(code)
}

/** The prompt library's contract for prompts that yield a replacement. */
const replaceSentence = 'Answer with the replacement code only'

const notice = 'Practice answer (no model was asked):'

type Code = { readonly text: string; readonly language: string; readonly firstLine: number }

/** The last block: the prompt library puts the code behind the user's own words. */
function codeIn(userText: string): Code | undefined {
  const block = fencedBlocksOf(userText).at(-1)
  if (block === undefined) return undefined
  const place = /^File: .*, from line (\d+)$/m.exec(userText.slice(0, block.startOffset))?.[1]
  return {
    text: block.content,
    language: block.infoString.split(/\s/)[0] ?? '',
    firstLine: place === undefined ? 1 : Number(place),
  }
}

function replacementOf(code: Code): string {
  const [open, close] = languageFamilyOf(code.language).comment
  const lineEnd = code.text.includes('\r\n') ? '\r\n' : '\n'
  const indentation = /^[ \t]*/.exec(code.text)?.[0] ?? ''
  return `${indentation}${open}practice: no model was asked; this is your selection unchanged${close}${lineEnd}${code.text}`
}

function answerWithoutCode(userText: string): string {
  const wordCount = userText.match(/\S+/g)?.length ?? 0
  return `${notice} your message has ${countOf(wordCount, 'word')} and no code block, so there is nothing to outline. Select some code, or add a provider to ask a model.`
}

/** In UTF-16 code units: what is outlined within a fifth of a second. */
const maxOutlineLength = 262_144

function outlineTextOf(whole: Code): string {
  const code = { ...whole, text: beginningOf(whole.text) }
  const outline = outlineOf(code.text, code.language)
  const family = languageFamilyOf(code.language)
  const paragraphs = [
    `${notice} this outline was read from the code itself, by rules.`,
    summaryOf(outline, code),
    whole.text === code.text ? '' : 'The code is long: only these lines were looked at.',
    entriesTextOf(outline.entries, code, family),
    importsTextOf(outline.imports),
  ]
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n\n')
}

function beginningOf(text: string): string {
  return text.length <= maxOutlineLength
    ? text
    : text.slice(0, text.lastIndexOf('\n', maxOutlineLength) + 1 || maxOutlineLength)
}

function summaryOf(outline: Outline, code: Code): string {
  const { lineCount, blankLineCount, commentLineCount, nesting } = outline
  const last = code.firstLine + Math.max(0, lineCount - 1)
  const language = code.language === '' ? 'language not named' : code.language
  const size = `**${countOf(lineCount, 'line')}** (${language}; lines ${code.firstLine} to ${last}): ${blankLineCount} blank, ${commentLineCount} only comment.`
  if (nesting === undefined) return size
  const depth =
    nesting.depth === 0 ? 'No nested blocks.' : nestingTextOf(nesting.depth, code.firstLine + nesting.line - 1)
  return `${size} ${depth}`
}

function nestingTextOf(depth: number, line: number): string {
  return `Deepest nesting: ${countOf(depth, 'block')}, at line ${line}.`
}

/** More would hide what matters. */
const maxEntries = 40

function entriesTextOf(entries: readonly OutlineEntry[], code: Code, family: LanguageFamily): string {
  if (family.declarations.length === 0) return 'Names are not read in this language.'
  if (entries.length === 0) return 'It declares no function, class or type that a pattern finds.'
  const lines = entries.slice(0, maxEntries).map(({ kind, name, line, lineCount }) => {
    return `- ${kind} \`${name}\`: line ${code.firstLine + line - 1}, ${countOf(lineCount, 'line')}`
  })
  const more = entries.length > maxEntries ? [`- and ${entries.length - maxEntries} more`] : []
  return [`Declares ${countOf(entries.length, 'name')}:`, '', ...lines, ...more].join('\n')
}

function importsTextOf(imports: readonly string[]): string {
  if (imports.length === 0) return ''
  const shown = imports.slice(0, maxEntries).map((name) => `\`${name}\``)
  const more = imports.length > maxEntries ? ` and ${imports.length - maxEntries} more` : ''
  return `Imports: ${shown.join(', ')}${more}.`
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
