// What no linter knows about this repository. Each row is a rule, and violations that it must find: a rule that cannot
// fail is no rule.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { everyAcceptanceRowIsTrue } from './tidy/acceptanceRule.ts'
import {
  everyCoreFileIsTested,
  everyFileOpensWithAComment,
  noAsAny,
  noClockOrDice,
  noDefaultExport,
  noLongFile,
  noTestIsSwitchedOff,
} from './tidy/codeRules.ts'
import {
  everyCommandHasAHandler,
  exactVersions,
  lockNamesEveryPlatform,
  lockNamesNoHost,
  noForeignName,
} from './tidy/manifestRules.ts'
import { everyFailureKindHasARow, everyMethodIsDocumented, protocolHashIsCurrent } from './tidy/protocolRules.ts'
import { readmeConfigurationIsValid } from './tidy/readmeRule.ts'
import { type Changes, type Rule, readRepository, withChanges } from './tidy/repository.ts'

const repository = readRepository(join(import.meta.dirname, '..'))

check('shared/ and daemon/core have no clock and no dice', noClockOrDice, [
  { 'shared/domain/planted.ts': 'export const at = Date.now()' },
  { 'shared/domain/planted.ts': 'export const at = new Date()' },
  { 'shared/protocol/planted.ts': 'export const at = Date()' },
  { 'shared/protocol/planted.ts': 'export const at = performance.now()' },
  { 'daemon/core/planted.ts': 'export const dice = () => Math.random()' },
  { 'daemon/core/planted.ts': 'setTimeout(() => {}, 1)' },
  { 'daemon/core/planted.ts': 'setInterval(() => {}, 1)' },
  { 'daemon/core/planted.ts': 'export const home = process.env.HOME' },
])

check('every file in daemon/core that exports a value has its test', everyCoreFileIsTested, [
  { 'daemon/core/planted.ts': 'export const planted = 1' },
  { 'daemon/core/planted.ts': 'export function planted(): void {}' },
  { 'test/daemon/core/routing/planRoute.test.ts': undefined },
])

check('no source file is longer than 300 lines', noLongFile, [
  { 'extension/planted.ts': 'export const planted = 1\n'.repeat(301) },
])

check('nothing is exported by default', noDefaultExport, [
  { 'daemon/planted.ts': 'export default 1' },
  { 'test/planted.ts': 'export default function planted(): void {}' },
])

check('nothing is called any', noAsAny, [{ 'extension/planted.ts': 'export const planted = JSON.parse("1") as any' }])

check('no test is switched off', noTestIsSwitchedOff, [
  { 'test/planted.test.ts': "test.skip('planted', () => {})" },
  { 'test/planted.test.ts': "it.only('planted', () => {})" },
  { 'test/planted.test.ts': "test('planted', { todo: true }, () => {})" },
])

check('every source file opens with a comment', everyFileOpensWithAComment, [
  { 'daemon/planted.ts': "import 'node:fs'\n// Too late." },
  { 'scripts/planted.mjs': '#!/usr/bin/env node\nconst planted = 1' },
])

check('PROTOCOL.md carries the hash of shared/protocol', protocolHashIsCurrent, [
  { 'PROTOCOL.md': '<!-- shared/protocol sha256: 0123456789abcdef -->' },
])

check('PROTOCOL.md names every method of shared/protocol', everyMethodIsDocumented, [
  { 'PROTOCOL.md': repository.textOf('PROTOCOL.md').replaceAll('`waybill/chat/attach`', '') },
  { 'PROTOCOL.md': undefined },
])

check('every failure kind stands in every table', everyFailureKindHasARow, [
  { 'PROTOCOL.md': repository.textOf('PROTOCOL.md').replaceAll('protocol-violation', '') },
  { 'PROTOCOL.md': repository.textOf('PROTOCOL.md').replaceAll('1016', '1061') },
])

check('the configuration in the README is a valid one', readmeConfigurationIsValid, [
  { 'README.md': '```json\n{ "schema": 1, "providers": { "work": { "kind": "custom" } } }\n```' },
  { 'README.md': '```json\n{ "schema": 1, }\n```' },
  { 'README.md': '' },
])

check('every contributed command has a handler', everyCommandHasAHandler, [
  { 'package.json': '{"contributes":{"commands":[{"command":"waybill.planted"}]}}' },
])

check('every dependency is pinned exactly', exactVersions, [
  { 'package.json': '{"dependencies":{"zod":"^4.6.7"}}' },
  { 'package.json': '{"devDependencies":{"zod":"latest"}}' },
  { 'package.json': '{"optionalDependencies":{"zod":"4"}}' },
])

check('package-lock.json names no package host', lockNamesNoHost, [
  { 'package-lock.json': '      "resolved": "https://packages.example/zod.tgz",' },
])

check('package-lock.json names the optional packages of every platform', lockNamesEveryPlatform, [
  { 'package-lock.json': '{"packages":{"node_modules/tool":{"optionalDependencies":{"tool-darwin":"1.0.0"}}}}' },
])

check('no file names a place or tool of one machine', noForeignName, [
  { 'README.md': `See ${['', 'work', 'main'].join('/')} for more.` },
  { '.npmrc': `registry=https://registry.${'npm'}js.org` },
])

check('every row of ACCEPTANCE.md names tests that exist or says why not', everyAcceptanceRowIsTrue, [
  { 'test/ACCEPTANCE.md': '' },
  { 'test/ACCEPTANCE.md': '| a demand | `test/planted.test.ts` | |' },
  { 'test/ACCEPTANCE.md': '| a demand | `test/tidy.test.ts › a test that nobody wrote` | |' },
  { 'test/ACCEPTANCE.md': '| a demand | | 3 ms |' },
  { 'test/ACCEPTANCE.md': '| a demand | by looking | |' },
  { 'test/ACCEPTANCE.md': '| a demand | not done: later | |' },
  { 'test/ACCEPTANCE.md': '| a demand | `test/tidy.test.ts` |' },
])

function check(name: string, rule: Rule, violations: readonly Changes[]): void {
  test(name, () => {
    const problems = rule(repository)
    assert.equal(problems.length, 0, `\n${problems.join('\n')}\n`)
    for (const changes of violations) {
      const found = rule(withChanges(repository, changes))
      assert.notEqual(found.length, 0, `the rule does not find ${JSON.stringify(changes).slice(0, 200)}`)
    }
  })
}
