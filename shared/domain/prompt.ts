/** The prompts of the library, and what a client gives them to work on. */
import * as z from 'zod'

export const promptNames = ['explain', 'fix', 'refactor', 'document', 'write-tests', 'ask'] as const
export const promptNameSchema = z.enum(promptNames)
export type PromptName = z.infer<typeof promptNameSchema>

/** What a prompt's answer is for: to read, or to take the place of the selection. */
export const promptYields = ['answer', 'replace'] as const
export type PromptYield = (typeof promptYields)[number]

export const codeSelectionSchema = z
  .object({
    text: z.string(),
    /** VS Code's language id, such as `typescript`. */
    language: z.string().exactOptional(),
    /** As a person would name the file; shown to the model. */
    path: z.string().exactOptional(),
    /** First line of the text in its file, from 1. */
    startLine: z.number().int().positive().exactOptional(),
    /** Messages of the diagnostics in the selection, one a line. */
    diagnostics: z.array(z.string()).readonly().exactOptional(),
  })
  .readonly()
export type CodeSelection = z.infer<typeof codeSelectionSchema>

export const promptSummarySchema = z
  .object({
    name: promptNameSchema,
    title: z.string(),
    description: z.string(),
    yields: z.enum(promptYields),
    /** Needs words from the user beside the code. */
    needsText: z.boolean(),
  })
  .readonly()
export type PromptSummary = z.infer<typeof promptSummarySchema>
