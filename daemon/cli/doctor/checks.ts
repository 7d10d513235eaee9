/**
 * Judges what doctor found: one line for each thing a user can get wrong, and for each that is wrong what to do. Pure.
 * `fail`: requests will not work. `warn`: something to know.
 */
import { isStrictlyNewer } from '../../../shared/domain/newerBuild.ts'
import { providerTroublesOf, waitWords } from '../../../shared/domain/providerTroubles.ts'
import type { ProviderStatus } from '../../../shared/protocol/status.ts'
import { configEffectText } from '../configEffect.ts'
import { handOverWords } from '../handOverWords.ts'
import type { DoctorFacts, FolderFact, StatusResult } from './facts.ts'

export type CheckLevel = 'ok' | 'warn' | 'fail'

export type Check = {
  readonly level: CheckLevel
  readonly name: string
  readonly found: string
  readonly advice?: string
}

export function checksOf(facts: DoctorFacts): readonly Check[] {
  const before = [nodeCheck(facts), ...facts.folders.map(folderCheck), diskCheck(facts), ...journalKeyChecks(facts)]
  const { daemon } = facts
  if ('problem' in daemon) {
    const advice = 'mend what it says and run `waybill doctor` again; what depends on the daemon was not checked'
    return [...before, { level: 'fail', name: 'daemon', found: daemon.problem, advice }]
  }
  return [
    ...before,
    daemonCheck(facts, daemon),
    ledgerCheck(facts, daemon.status),
    ...configChecks(daemon.status),
    ...networkChecks(daemon.status),
    ...catalogChecks(daemon.status),
    ...keyFileChecks(daemon.status),
    ...providerChecks(facts, daemon.status),
    ...waitChecks(facts, daemon.status),
    clockCheck(facts, daemon.status),
  ]
}

const leastNode = [20, 19] as const

function nodeCheck({ nodeVersion }: DoctorFacts): Check {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number)
  const isEnough = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])
  const found = `Node ${nodeVersion}`
  return isEnough
    ? ok('node', found)
    : { level: 'fail', name: 'node', found, advice: `install Node ${leastNode.join('.')} or newer` }
}

function folderCheck({ name, path, state, mode, reason }: FolderFact): Check {
  const label = `${name} folder`
  switch (state) {
    case 'missing':
      return ok(label, `${path}, not there yet; it is made when it is needed`)
    case 'unknown':
      return fail(
        label,
        `${path} cannot be looked at: ${reason ?? 'for no known reason'}`,
        'mend that, or set WAYBILL_HOME to another folder',
      )
    case 'no-folder':
      return fail(label, `${path} is no folder`, 'move that file away, or set WAYBILL_HOME to another folder')
    case 'not-writable':
      return fail(
        label,
        `${path} cannot be read and written`,
        `make it yours (chown, chmod 700), or set WAYBILL_HOME to another`,
      )
    case 'writable':
      return mode !== undefined && (mode & 0o077) !== 0
        ? warn(label, `${path} lets others in (mode ${(mode & 0o777).toString(8)})`, `chmod 700 ${path}`)
        : ok(label, path)
  }
}

const failBelowBytes = 20e6
const warnBelowBytes = 500e6

function diskCheck({ freeBytes }: DoctorFacts): Check {
  if (freeBytes === undefined)
    return warn('disk space', 'the system does not say', 'look yourself: the journal needs room')
  const found = `${freeBytes >= 1e9 ? `${(freeBytes / 1e9).toFixed(1)} GB` : `${Math.floor(freeBytes / 1e6)} MB`} free`
  const advice = 'free some space: when the journal cannot be written, no request is taken'
  if (freeBytes < failBelowBytes) return fail('disk space', found, advice)
  return freeBytes < warnBelowBytes ? warn('disk space', found, advice) : ok('disk space', found)
}

/** Without it the daemon begins a new chain; with one that is none it takes no requests. */
function journalKeyChecks({ journalKeyProblem }: DoctorFacts): readonly Check[] {
  if (journalKeyProblem === undefined) return []
  const advice = 'put it back from a copy, then `waybill stop`; without one what was written so far cannot be checked'
  return [fail('journal key', journalKeyProblem, advice)]
}

function daemonCheck(facts: DoctorFacts, daemon: { readonly version: string; readonly status: StatusResult }): Check {
  const found = `version ${daemon.version}, process ${daemon.status.pid}, ${daemon.status.socketPath}`
  const { handOver } = daemon.status
  if (handOver !== undefined) {
    const advice = 'nothing, it goes on by itself; `waybill stop` cuts what is under way'
    return warn('daemon', `${found}; hands over ${handOverWords(handOver, facts.nowMs)}`, advice)
  }
  if (daemon.version === facts.buildVersion) return ok('daemon', found)
  // No build asks a newer one to go.
  if (isStrictlyNewer({ version: daemon.version, builtAtMs: 0 }, { version: facts.buildVersion, builtAtMs: 0 })) {
    return warn('daemon', found, `this is the older version ${facts.buildVersion}: update it, or use it as it is`)
  }
  const advice = `this is version ${facts.buildVersion}: \`waybill stop\` ends the other, the next prompt starts this one`
  return warn('daemon', found, advice)
}

function ledgerCheck({ journalProblem, journalKeyProblem }: DoctorFacts, { ledger }: StatusResult): Check {
  if (ledger.state === 'open' && journalProblem !== undefined) {
    return fail('journal', `it cannot be read: ${journalProblem}`, 'mend the journal folder, then `waybill stop`')
  }
  if (ledger.state === 'open') return ok('journal', 'requests are taken and recorded')
  const reason = ledger.reason ?? 'it cannot be written'
  const first = journalKeyProblem === undefined ? 'free space or mend the state folder' : 'mend the journal key'
  return fail('journal', `no requests are taken: ${reason}`, `${first}, then \`waybill stop\``)
}

function configChecks(status: StatusResult): readonly Check[] {
  const { configProblems, configFile } = status
  if (configProblems.length === 0) return [ok('configuration', configFile)]
  return configProblems.map((problem) => {
    const { file, place, expected, found, effect } = problem
    const level = effect === 'refused' ? fail : warn
    const advice = `mend that place; until then ${configEffectText(problem, status)}`
    return level('configuration', `${file}, ${place}: expected ${expected}, found ${found}`, advice)
  })
}

/** Only how calls leave: whether the proxy answers shows with the first call. */
function networkChecks({ network }: StatusResult): readonly Check[] {
  if (network === undefined) return []
  const { proxies, noProxy, extraCa } = network
  const through = proxies.map(({ scheme, url, source }) => `${scheme} through ${url} (${source})`)
  const without = noProxy === undefined ? [] : [`directly: ${noProxy}`]
  const trusted = extraCa === undefined ? [] : [`${certificatesText(extraCa.certificates)} of ${extraCa.file} trusted`]
  const ways = through.length === 0 ? ['no proxy'] : [...through, ...without]
  return [ok('network', [...ways, ...trusted].join('; '))]
}

function catalogChecks({ catalog }: StatusResult): readonly Check[] {
  if (catalog === undefined) return []
  const { url, problem, date } = catalog
  const dated = date === undefined ? '' : ` of ${date}`
  const advice = 'see that the address answers; it is asked again by itself, and what was known before stays in force'
  if (problem !== undefined) return [warn('catalogue', `${problem} (${url ?? 'no address'})`, advice)]
  return [ok('catalogue', url === undefined ? `the one of this version${dated}` : `fetched from ${url}${dated}`)]
}

function certificatesText(count: number): string {
  return count === 1 ? '1 certificate' : `${count} certificates`
}

function providerChecks(facts: DoctorFacts, { providers }: StatusResult): readonly Check[] {
  const real = providers.filter((provider) => !provider.isPractice)
  if (real.length === 0) {
    const advice = 'add one, as in `waybill help providers`; until then the profile `practice` works'
    return [warn('providers', 'none is configured, only practice', advice)]
  }
  return real.flatMap((provider) => providerCheck(facts, provider))
}

function providerCheck(facts: DoctorFacts, provider: ProviderStatus): readonly Check[] {
  const name = `provider ${provider.id}`
  switch (provider.state) {
    case 'invalid':
      return [fail(name, 'its configuration is not valid', 'see the configuration line above')]
    case 'no-key':
      return noKeyChecks(facts, name, provider)
    case 'ready': {
      const local = facts.localProviders.find(({ id }) => id === provider.id)
      if (local?.isListening === false) {
        return [fail(name, `nobody listens on ${local.address}`, 'start the model server, or correct its base URL')]
      }
      const troubles = providerTroublesOf(provider, facts.nowMs)
      if (troubles.length === 0) return [ok(name, `ready, ${provider.modelCount} models, ${provider.baseUrl}`)]
      return troubles.map(({ isFatal, found, advice }) => (isFatal ? fail : warn)(name, found, advice))
    }
  }
}

/** Where no keychain is, or was when they were set. */
function keyFileChecks({ keyFile }: StatusResult): readonly Check[] {
  if (keyFile === undefined) return []
  const count = keyFile.keys === 1 ? '1 key lies' : `${keyFile.keys} keys lie`
  const found = `${count} in plain text in ${keyFile.path}, which only your account can read`
  const advice = 'on a machine with a keychain `waybill keys rotate` moves a key there; else know that backups hold it'
  return [warn('keys', found, advice)]
}

function noKeyChecks(facts: DoctorFacts, name: string, provider: ProviderStatus): readonly Check[] {
  const { keys = [], keyEnvironmentName } = provider
  if (keys.length > 0 && keys.every(({ state }) => state === 'disabled')) {
    return [fail(name, 'all its keys are disabled', `\`waybill keys enable ${provider.id} NAME\` uses one again`)]
  }
  const stored = keys.filter(({ place }) => place === 'keychain' || place === 'file')
  if (stored.length === 0) return [noKeyCheck(facts, name, keyEnvironmentName)]
  return providerTroublesOf({ keys: stored }, facts.nowMs).map(({ found, advice }) => fail(name, found, advice))
}

function noKeyCheck(facts: DoctorFacts, name: string, variable: string | undefined): Check {
  if (variable === undefined) return fail(name, 'it has no key', 'name the variable of its key in the configuration')
  if (facts.presentEnvironmentNames.has(variable)) {
    return warn(name, `${variable} is set here but did not reach the daemon`, 'run `waybill stop` and try again')
  }
  const advice = `set ${variable} where you start your editor or shell; clients hand it on`
  return fail(name, `${variable} is set nowhere that the daemon knows`, advice)
}

function waitChecks({ nowMs }: DoctorFacts, { requestsWaiting = [] }: StatusResult): readonly Check[] {
  return requestsWaiting.map((wait) => {
    const advice = 'nothing, it goes on by itself; `waybill profiles use NAME` gives the next ones other endpoints'
    return warn(`request ${wait.requestId.slice(0, 8)}`, waitWords(wait, nowMs), advice)
  })
}

/** Clocks of two machines that share a folder, or one that was set back, differ by more than this. */
const clockToleranceMs = 60_000
/** 1 January 2025: no build is older, so no right clock says less. */
const leastNowMs = 1_735_689_600_000

function clockCheck(facts: DoctorFacts, status: StatusResult): Check {
  const newestMs = Math.max(status.startedAtMs, facts.newestRequestAtMs ?? 0)
  const found = new Date(facts.nowMs).toISOString()
  const advice = 'set the clock: days and budgets are counted by it'
  if (facts.nowMs < leastNowMs) return fail('clock', `${found}, long ago`, advice)
  if (newestMs > facts.nowMs + clockToleranceMs) {
    return warn('clock', `${found}, but the newest record is of ${new Date(newestMs).toISOString()}`, advice)
  }
  return ok('clock', found)
}

function ok(name: string, found: string): Check {
  return { level: 'ok', name, found }
}

function warn(name: string, found: string, advice: string): Check {
  return { level: 'warn', name, found, advice }
}

function fail(name: string, found: string, advice: string): Check {
  return { level: 'fail', name, found, advice }
}
