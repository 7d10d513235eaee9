/**
 * What the command "Set Key" does: asks for a provider, a name and the value, passes them to the daemon, and says where the
 * value lies. The value is in no message, log or setting of ours: the daemon alone keeps it. Loaded on first use.
 */
import { keyNameSchema } from '../../shared/domain/providerKey.ts'
import { keyValueSchema } from '../../shared/protocol/keys.ts'
import type { DaemonConnection, ResultOf } from '../daemon/connection.ts'

export type ProviderItem = { readonly label: string; readonly description: string }

export type TextQuestion = {
  readonly title: string
  readonly prompt: string
  readonly value: string
  readonly isHidden: boolean
  /** What is wrong with a text; undefined: nothing. */
  readonly problemOf: (text: string) => string | undefined
}

/** Each answers undefined when the user closed it. */
export type SetKeyPorts = {
  readonly connection: Pick<DaemonConnection, 'ensureConnected' | 'request'>
  readonly pickProvider: (items: readonly ProviderItem[]) => Promise<string | undefined>
  readonly askText: (question: TextQuestion) => Promise<string | undefined>
  readonly say: (message: string) => void
}

export async function setKey({ connection, pickProvider, askText, say }: SetKeyPorts): Promise<void> {
  await connection.ensureConnected()
  const { providers } = await connection.request('status', {})
  const remote = providers.filter(({ isPractice }) => !isPractice)
  if (remote.length === 0) {
    say(
      'No provider is configured that could have a key. Add one with "Waybill: Open Configuration", then set its key.',
    )
    return
  }
  const provider = await pickProvider(
    remote.map(({ id, state }) => ({ label: id, description: state === 'no-key' ? 'has no key yet' : '' })),
  )
  if (provider === undefined) return
  const title = `Key of ${provider}`
  const name = await askText({
    title,
    prompt: 'A name for the key; several keys of a provider are used in turn',
    value: 'default',
    isHidden: false,
    problemOf: (text) =>
      keyNameSchema.safeParse(text).success ? undefined : 'Expected 1 to 30 characters of A-Z a-z 0-9 _ . -',
  })
  if (name === undefined) return
  const value = await askText({
    title,
    prompt: 'The key itself: it goes to the daemon, which keeps it in the keychain or in a file of yours',
    value: '',
    isHidden: true,
    problemOf: (text) =>
      keyValueSchema.safeParse(text).success ? undefined : 'Expected visible ASCII characters, without spaces',
  })
  if (value === undefined) return
  const { key, note } = await connection.request('keysSet', { provider, name, value })
  say(
    [`Key “${key.name}” of ${key.provider} ${placeWords(key.place)}.`, ...(note === undefined ? [] : [note])].join(' '),
  )
}

function placeWords(place: ResultOf<'keysSet'>['key']['place']): string {
  switch (place) {
    case 'keychain':
      return 'lies in the keychain of the operating system'
    case 'file':
      return 'lies in a file in plain text that only you can read'
    case 'env':
      return 'comes from an environment variable'
  }
}
