import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Waybill } from '../../shared/domain/waybill.ts'
import {
  answerWith,
  beginWith,
  configOf,
  frameOfDone,
  frameOfFinish,
  frameOfText,
  frameOfUsage,
  openStream,
  type ProviderCall,
  startProvider,
  wordsIn,
} from '../support/loopbackProvider.ts'
import { type OwnHome, ownHome } from '../support/ownHome.ts'
import { waitFor } from '../support/waitFor.ts'
import { bundlePath, discoveryOf, isAlive, startWaybill, waybill } from '../support/waybillProgram.ts'

test('`run` sends the lines of a file, prints the answer alone on standard output, and the waybill beside it', async (t) => {
  const { home, calls } = await rig(t, (call) => answerWith(call, ['An ', 'answer']))
  writeFileSync(join(home.path, 'a.py'), 'one = 1\ntwo = 2\nthree = 3\n')
  const run = await waybill(home, ['run', 'explain', 'a.py:2-3'], { currentFolder: home.path })
  assert.deepEqual([run.code, run.out], [0, 'An answer\n'])
  assert.match(run.error, /^Waybill {2}succeeded by test\/one@one in [\d.]+\ss, first text/)
  assert.match(run.error, /attempt 1 {2}test\/one@one {2}succeeded.*tokens 12 in, 5 out/)
  assert.match(run.error, /cost .*\$0\.0/)
  const sent = wordsIn(calls[0] as ProviderCall)
  assert.match(sent, /two = 2\nthree = 3/)
  assert.doesNotMatch(sent, /one = 1/)
})

test('`git diff | waybill run ask` sends what is piped, and the words', async (t) => {
  const { home, calls } = await rig(t, (call) => answerWith(call, ['Yes.']))
  const diff = '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n'
  const run = await waybill(home, ['run', 'ask', '--text', 'Is this safe?'], { input: diff })
  assert.deepEqual([run.code, run.out], [0, 'Yes.\n'])
  const sent = wordsIn(calls[0] as ProviderCall)
  assert.match(sent, /Is this safe\?/)
  assert.ok(sent.includes(diff.trimEnd()))
})

test('each verb with --json prints one JSON value and nothing beside it', async (t) => {
  const { home } = await rig(t, (call) => answerWith(call, ['json']))
  const run = await waybill(home, ['run', 'ask', '-t', 'x', '--json'])
  const { text, waybill: record } = oneJsonValue(run.out)
  assert.deepEqual([text, record.outcome, run.error], ['json', 'succeeded', ''])
  const verbs = [
    ['status'],
    ['stats'],
    ['log'],
    ['log', record.requestId],
    ['profiles'],
    ['providers'],
    ['doctor'],
    ['start'],
  ]
  for (const words of verbs) {
    const { code, out, error } = await waybill(home, [...words, '--json'])
    assert.deepEqual([code, error], [0, ''], `${words.join(' ')}: ${out}`)
    oneJsonValue(out)
  }
  const failed = await waybill(home, ['run', 'ask', '-t', 'x', '--json', '--profile', 'nobody'])
  assert.equal(failed.code, 1)
  const { error } = oneJsonValue(failed.out)
  assert.equal(error.failure.kind, 'not-found')
})

test('exit codes say how it ended: 1 failed, 2 wrong command line, 3 no daemon', async (t) => {
  const { home } = await rig(t, ({ response }) => void response.writeHead(400).end())
  const rows: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['run', 'ask', '-t', 'x'], 1, /Waybill {2}failed/],
    [
      ['run', 'ask', '-t', 'x', '-p', 'nobody'],
      1,
      /There is no profile “nobody”\. Expected one of: work, default, balanced, cheap, fast, best, local-only, auto, practice/,
    ],
    [['run', 'sing', 'package.json'], 2, /expected a prompt \(explain, .*\), found `sing`/],
    [['run', 'explain', 'no-such-file'], 2, /expected a readable file `no-such-file`, found none of that name/],
    [['run', 'explain', 'package.json:9-3'], 2, /expected lines as FIRST-LAST/],
    [['run', 'explain', 'docs'], 2, /found (a folder|none)/],
    [['stats', '--range', 'ever'], 2, /expected --range to be one of today, yesterday, .*, all, found `ever`/],
    [['stats', '--rnage', '7d'], 2, /--rnage/],
    [['expalin'], 2, /expected a verb, found `expalin`/],
  ]
  for (const [words, code, message] of rows) {
    const ended = await waybill(home, words)
    assert.equal(ended.code, code, `${words.join(' ')}: ${ended.error}`)
    assert.equal(ended.out, '')
    assert.match(ended.error, message)
    assert.doesNotMatch(ended.error, /\n {4}at /)
  }
  await waybill(home, ['stop'])
  assert.equal((await waybill(home, ['status'])).code, 3)
  assert.deepEqual(await waybill(home, ['stop', '--json']), { code: 0, out: '{"wasRunning":false}\n', error: '' })
})

test('`run document FILE > FILE` writes the code without its fence, and nothing when it was cut short', async (t) => {
  let frameOfEnd = frameOfFinish
  const { home } = await rig(t, (call) => {
    openStream(call)
    call.response.end(frameOfText('```python\n# One.\none = 1\n```') + frameOfEnd + frameOfUsage + frameOfDone)
  })
  writeFileSync(join(home.path, 'a.py'), 'one = 1\n')
  const words = ['run', 'document', 'a.py']
  const whole = await waybill(home, words, { currentFolder: home.path })
  assert.deepEqual([whole.code, whole.out], [0, '# One.\none = 1\n'])
  frameOfEnd = frameOfFinish.replace('stop', 'length')
  const cut = await waybill(home, words, { currentFolder: home.path })
  assert.deepEqual([cut.code, cut.out], [1, ''])
  assert.match(cut.error, /^waybill: expected a whole answer; the model stopped at its limit .*Nothing was written\.$/m)
  assert.match(cut.error, /finished by length/)
})

test('a pipe gets no progress, a terminal sees the attempts and the answer as it comes', async (t) => {
  const home = ownHome(t)
  const words = ['run', 'explain', 'daemon/main.ts:1-18', '--profile', 'practice-failover']
  const piped = await waybill(home, words)
  assert.equal(piped.code, 0)
  assert.match(piped.out, /^Practice answer/)
  assert.doesNotMatch(piped.out + piped.error, /^> /m)
  assert.equal((piped.out + piped.error).includes('\u001b'), false, 'colours in a pipe')

  const line = [process.execPath, bundlePath, ...words].map((word) => `'${word}'`).join(' ')
  const seen = spawnSync('script', ['-qec', line, '/dev/null'], {
    env: { ...home.environment, TERM: 'xterm' },
    encoding: 'utf8',
  })
  assert.equal(seen.status, 0, seen.stdout)
  assert.match(seen.stdout, /> attempt 1: practice\/outline@practice-faulty \(practice\)/)
  assert.match(seen.stdout, /> attempt 1 failed, .*fallback/)
  assert.match(seen.stdout, /> attempt 2: .*\r?\n[\s\S]*Practice answer/)
})

test('a reader that leaves early is no error', async (t) => {
  const home = ownHome(t)
  const script = '"$0" "$1" run explain package.json --profile practice --json | head -c 20; "$0" "$1" help | head -n 1'
  const run = spawnSync('sh', ['-c', script, process.execPath, bundlePath], { env: home.environment, encoding: 'utf8' })
  assert.match(run.stdout, /^\{"text":"Practice anWaybill /)
  assert.equal(run.stderr, '')
})

for (const flag of [[], ['--json']]) {
  test(`Ctrl+C in \`run ${flag.join('')}\` closes the upstream call, prints the waybill of what was used, and exits with 130`, async (t) => {
    const { home, calls } = await rig(t, (call) => beginWith(call, 'half an ans'))
    const running = startWaybill(home, ['run', 'ask', '-t', 'x', ...flag])
    const call = await waitFor('the call', () => calls[0])
    running.child.kill('SIGINT')
    await call.untilClosed()
    const { code, out, error } = await running.ended
    assert.equal(code, 130)
    if (flag.length === 0) assert.match(out + error, /^Waybill {2}cancelled in/)
    else assert.equal(oneJsonValue(out).error.failure.kind, 'cancelled')
    assert.deepEqual(
      (await logOf(home)).map(({ outcome }) => outcome),
      ['cancelled'],
    )
  })
}

test('a second Ctrl+C ends the command line at once, and the daemon closes the call all the same', async (t) => {
  const { home, calls } = await rig(t, () => undefined)
  const running = startWaybill(home, ['run', 'ask', '-t', 'x'])
  const call = await waitFor('the call', () => calls[0])
  const daemon = discoveryOf(home)?.pid ?? 0
  process.kill(daemon, 'SIGSTOP')
  running.child.kill('SIGINT')
  const again = setInterval(() => running.child.kill('SIGINT'), 20)
  await once(running.child, 'exit')
  clearInterval(again)
  process.kill(daemon, 'SIGCONT')
  await call.untilClosed()
  await waitFor('the record', async () => (await logOf(home))[0]?.outcome === 'cancelled')
})

test('the demo, not on a terminal, says where the text goes, shows the failover, waybill and statistics, and costs nothing', async (t) => {
  const { home, calls } = await rig(t, (call) => answerWith(call, ['never']))
  const environment = { OPENAI_API_KEY: 'sk-not-used', OPENROUTER_API_KEY: 'sk-not-used' }
  for (const words of [['demo'], ['demo', '--practice'], ['demo', 'explain', 'daemon/main.ts:1-18']]) {
    const { code, out, error } = await waybill(home, words, { environment })
    assert.deepEqual([code, error], [0, ''], out)
    const [first = ''] = out.split('\n')
    assert.match(
      first,
      /goes to a practice provider on this machine, which pretends; nothing leaves it\. It costs nothing\./,
    )
    assert.match(out, /Practice answer \(no model was asked\)/)
    assert.match(out, /attempt 1 .*practice-faulty \(practice\) .*failed.*fallback[\s\S]*attempt 2 .*succeeded/)
    assert.match(out, /practice\/outline@practice-steady \(practice\)/)
  }
  assert.equal(calls.length, 0)
  const { pid = 0 } = discoveryOf(home) ?? {}
  assert.ok(isAlive(pid))
  assert.equal(oneJsonValue((await waybill(home, ['status', '--json'])).out).idleExitMs, 60_000)
})

async function rig(t: TestContext, onCall: (call: ProviderCall) => void) {
  const provider = await startProvider(t, onCall)
  return { home: ownHome(t, configOf({ one: provider })), calls: provider.calls }
}

type Printed = {
  readonly text: string
  readonly waybill: Waybill
  readonly idleExitMs: number
  readonly error: { readonly failure: { readonly kind: string } }
}

function oneJsonValue<Value = Printed>(out: string): Value {
  assert.match(out, /^[^\n]+\n$/)
  return JSON.parse(out)
}

async function logOf(home: OwnHome): Promise<readonly Waybill[]> {
  return oneJsonValue((await waybill(home, ['log', '--json'])).out)
}
