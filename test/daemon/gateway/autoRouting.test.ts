/** `auto` from a client's request to what is learnt: admission, journal, feedback, and a daemon that starts again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordFeedback } from '../../../daemon/gateway/answerFeedback.ts'
import { admitChat } from '../../../daemon/gateway/chatAdmission.ts'
import { createLedger } from '../../../daemon/gateway/ledger.ts'
import { createProfiles } from '../../../daemon/gateway/profiles.ts'
import { chatParamsSchema } from '../../../shared/protocol/chat.ts'
import { createRig, noArchive, silentLog, startRequest } from '../../support/gatewayRig.ts'
import { settingsFrom } from '../../support/settingsRig.ts'

const config = {
  providers: { one: { kind: 'openai', models: [{ model: 'a/small' }, { model: 'b/big' }] } },
  profiles: { mine: { models: [], auto: { cheap: ['a/small'], strong: ['b/big'], strongShareRatio: 0.5 } } },
  defaultProfile: 'mine',
}

const asker = { client: 'test', user: 'anna' }
const easy = { name: 'explain', code: { text: 'let a = 1', path: 'a.ts', language: 'typescript' } }
const hard = {
  name: 'refactor',
  code: { text: 'x'.repeat(100_000), path: 'a.rs', language: 'rust', diagnostics: ['a', 'b', 'c', 'd', 'e'] },
}

function createAutoRig() {
  const rig = createRig([])
  const settings = settingsFrom(config)
  const profiles = createProfiles(settings, { read: () => ({ schema: 1, workspaces: {} }), write: () => undefined })
  const ports = { ...rig.ports, settings, profiles, workspaces: { resolve: () => undefined } }
  const admit = (requestId: string, more: object) =>
    admitChat(ports, chatParamsSchema.parse({ requestId, ...more }), asker)
  /** A request that was answered, or refused: with no attempt scripted it fails, and its waybill stands. */
  const run = async (requestId: string, more: object) => {
    const request = admit(requestId, more)
    const { ended } = startRequest(rig.ports, { ...request, refusal: { kind: 'refused', message: 'no call here' } })
    return { request, waybill: await ended }
  }
  const reopened = () => createLedger({ journal: rig.journal, archive: noArchive, clock: rig.clock, log: silentLog })
  return { ...rig, ports, admit, run, reopened }
}

test('a simple prompt goes to the cheap tier and a complex one to the strong, with the other behind it', () => {
  const { admit } = createAutoRig()
  const modelsFor = (requestId: string, prompt: object) => {
    const { auto, policy } = admit(requestId, { prompt })
    return [auto?.decision.tier, ...policy.models.map(({ model }) => model)]
  }
  assert.deepEqual(modelsFor('request-1', easy), ['cheap', 'a/small', 'b/big'])
  assert.deepEqual(modelsFor('request-2', hard), ['strong', 'b/big', 'a/small'])
})

test('what is known before sending reaches the decision', () => {
  const { admit } = createAutoRig()
  const input = admit('request-1', { prompt: hard, followsRejected: 'request-0' }).auto?.input
  assert.equal(input?.kind, 'refactor')
  assert.equal(input?.yields, 'replace')
  assert.equal(input?.files, 1)
  assert.equal(input?.diagnostics, 5)
  assert.equal(input?.language, 'rust')
  assert.equal(input?.followsRejected, true)
  assert.ok((input?.inputTokens ?? 0) > 20_000)
  const messages = [{ role: 'user', content: 'File: a.ts\nx\nFile: b.ts, from line 3\ny\nFile: a.ts\nz' }]
  assert.equal(admit('request-2', { messages }).auto?.input.files, 2)
})

test('a request that names its models is given no tier', () => {
  const { admit, journal } = createAutoRig()
  assert.equal(admit('request-1', { prompt: easy, model: 'b/big' }).auto, undefined)
  assert.equal(admit('request-2', { prompt: easy, models: ['b/big'] }).auto, undefined)
  assert.equal(journal.all().filter(({ type }) => type === 'auto').length, 0)
})

const references = [
  { model: '@profile/mine', profile: 'mine' },
  { model: '@preset/cheap', profile: 'cheap' },
  { model: 'waybill/auto', profile: 'auto' },
]
for (const { model, profile } of references) {
  test(`${model} stands for a profile, before the field \`profile\``, () => {
    const admitted = createAutoRig().admit('request-1', { prompt: easy, model, profile: 'practice' })
    assert.deepEqual([admitted.profile, admitted.profileSource, admitted.refusal], [profile, 'request', undefined])
    assert.deepEqual(new Set(admitted.policy.models.map((one) => one.model as string)), new Set(['a/small', 'b/big']))
  })
}

test('a reference to a profile that is not there is refused with the names that are', () => {
  const { refusal, auto } = createAutoRig().admit('request-1', { prompt: easy, model: '@profile/gone' })
  assert.equal(refusal?.kind, 'not-found')
  assert.match(refusal?.message ?? '', /no profile “gone”.*mine/)
  assert.equal(auto, undefined)
})

test('over 200 requests of one sort the stated share holds, also across a restart of the daemon', () => {
  const { ports, reopened } = createAutoRig()
  let strong = 0
  const count = (from: number, ledger: typeof ports.ledger) => {
    for (let index = from; index < from + 100; index += 1) {
      const params = chatParamsSchema.parse({ requestId: `request-${index}`, prompt: easy })
      if (admitChat({ ...ports, ledger }, params, asker).auto?.decision.tier === 'strong') strong += 1
    }
  }
  count(0, ports.ledger)
  count(100, reopened())
  assert.ok(strong >= 90 && strong <= 110, `${strong} of 200, with a share of 0.5`)
})

test('feedback is counted once for each outcome, taught once, and known after a restart', async () => {
  const rig = createAutoRig()
  const { waybill } = await rig.run('request-1', { prompt: easy })
  assert.equal(waybill.tier, 'cheap')
  const told = { requestId: 'request-1' as never, outcome: 'rejected' } as const
  assert.deepEqual(recordFeedback(rig.ports, told), { isCounted: true })
  assert.deepEqual(recordFeedback(rig.ports, told), { isCounted: false })
  assert.equal(rig.ledger.state().auto.learnt.get('explain')?.outcomes, 1)
  const later = rig.reopened()
  assert.deepEqual(later.state().auto, rig.ledger.state().auto)
  assert.deepEqual(recordFeedback({ ...rig.ports, ledger: later }, told), { isCounted: false })
  assert.deepEqual(recordFeedback({ ...rig.ports, ledger: later }, { ...told, outcome: 'retried' }), {
    isCounted: true,
  })
})

test('feedback on a request that nobody knows is not found', () => {
  const { ports, journal } = createAutoRig()
  const result = recordFeedback(ports, { requestId: 'request-9' as never, outcome: 'accepted' })
  assert.equal('kind' in result && result.kind, 'not-found')
  assert.equal(journal.all().length, 0)
})

test('feedback that cannot be written teaches nothing and says so', async () => {
  const rig = createAutoRig()
  await rig.run('request-1', { prompt: easy })
  rig.journal.failWith({ kind: 'ledger-unavailable', message: 'full' })
  const result = recordFeedback(rig.ports, { requestId: 'request-1' as never, outcome: 'rejected' })
  assert.equal('kind' in result && result.kind, 'ledger-unavailable')
  assert.equal(rig.ledger.state().auto.learnt.size, 0)
})
