/**
 * What a request asks for, in OpenRouter's names, and the same request without what an endpoint does not know. The output
 * limit is always sent and is no question of support. A JSON schema is `structured_outputs`, JSON without one
 * `response_format`.
 */
import type { ChatMessage, ChatParameters, ChatRequest } from '../../../shared/domain/chatRequest.ts'
import type { Modality } from '../../../shared/domain/endpoint.ts'
import type { ParameterName } from '../../../shared/domain/parameterName.ts'

type Asked = Pick<ChatRequest, 'parameters' | 'tools'>

/** Sorted. */
export function requestedParametersOf(request: Asked): readonly ParameterName[] {
  return rows
    .filter(({ isAsked }) => isAsked(request))
    .map(({ name }) => name)
    .sort()
}

/** What messages hold beside text, sorted. */
export function modalitiesOf(messages: readonly ChatMessage[]): readonly Modality[] {
  const hasImage = messages.some(
    ({ content }) => typeof content !== 'string' && content.some(({ type }) => type === 'image'),
  )
  return hasImage ? ['image'] : []
}

export type Fitted<Request> = { readonly request: Request; readonly dropped: readonly ParameterName[] }

/** `supported` undefined: everything is. */
export function fitParameters<Request extends ChatRequest>(
  request: Request,
  supported: ReadonlySet<ParameterName> | undefined,
): Fitted<Request> {
  if (supported === undefined) return { request, dropped: [] }
  return withoutParameters(request, (name) => !supported.has(name))
}

/** Without what is refused; what was not asked for is not named. */
export function withoutParameters<Request extends ChatRequest>(
  request: Request,
  isRefused: (name: ParameterName) => boolean,
): Fitted<Request> {
  const dropped = requestedParametersOf(request).filter(isRefused)
  if (dropped.length === 0) return { request, dropped }
  const parameters: ChatParameters = Object.fromEntries(
    Object.entries(request.parameters).filter(
      ([field]) => !rows.some((row) => isDropped(row, field, request, dropped)),
    ),
  )
  const { tools, ...others } = request
  const keepsTools = tools !== undefined && !dropped.includes('tools')
  return { request: { ...others, parameters, ...(keepsTools && { tools }) } as Request, dropped }
}

type Row = {
  readonly name: ParameterName
  readonly field: keyof ChatParameters | 'tools'
  readonly isAsked: (request: Asked) => boolean
}

function isDropped(row: Row, field: string, request: Asked, dropped: readonly ParameterName[]): boolean {
  return row.field === field && row.isAsked(request) && dropped.includes(row.name)
}

function given(name: ParameterName, field: keyof ChatParameters): Row {
  return { name, field, isAsked: ({ parameters }) => parameters[field] !== undefined }
}

const rows: readonly Row[] = [
  given('temperature', 'temperature'),
  given('top_p', 'topP'),
  given('top_k', 'topK'),
  given('frequency_penalty', 'frequencyPenalty'),
  given('presence_penalty', 'presencePenalty'),
  given('stop', 'stop'),
  given('seed', 'seed'),
  {
    name: 'reasoning',
    field: 'reasoningEffort',
    isAsked: ({ parameters: { reasoningEffort } }) => reasoningEffort !== undefined && reasoningEffort !== 'none',
  },
  {
    name: 'response_format',
    field: 'responseFormat',
    isAsked: ({ parameters }) => parameters.responseFormat?.type === 'json',
  },
  {
    name: 'structured_outputs',
    field: 'responseFormat',
    isAsked: ({ parameters }) => parameters.responseFormat?.type === 'json-schema',
  },
  { name: 'tools', field: 'tools', isAsked: ({ tools = [] }) => tools.length > 0 },
  given('tool_choice', 'toolChoice'),
  given('parallel_tool_calls', 'parallelToolCalls'),
  { name: 'logprobs', field: 'logprobs', isAsked: ({ parameters }) => parameters.logprobs === true },
  given('top_logprobs', 'topLogprobs'),
]
