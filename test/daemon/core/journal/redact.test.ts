import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { redact } from '../../../../daemon/core/journal/redact.ts'

const middle = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF'
// Put together here, so that no scanner takes this file for a leak.
const keys = [
  `sk-${middle}`,
  `sk-ant-api03-${middle}`,
  `sk-or-v1-${middle}`,
  `AIza${middle}xyz`,
  `gsk_${middle}`,
  `xai-${middle}`,
  `hf_${middle}`,
  `pplx-${middle}`,
  `ghp_${middle}`,
  `github_pat_${middle}`,
  `glpat-${middle}`,
  `xoxb-${middle}`,
  `AKIA${'A1B2C3D4E5F6G7H8'}`,
  `eyJ${middle}.${middle}.${middle}`,
  `Bearer ${middle}`,
  `-----BEGIN RSA PRIVATE KEY-----\n${middle}\n-----END RSA PRIVATE KEY-----`,
  `-----BEGIN PRIVATE KEY-----\n${middle}`,
]
const words = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '"', '=', ':', '.') })

test('a key of a known form is gone from whatever text it stands in', () => {
  fc.assert(
    fc.property(words, fc.constantFrom(...keys), words, (before, key, after) => {
      const text = redact(`${before} ${key}\n${after}`, [])
      assert.ok(!text.includes(middle) && !text.includes(key), text)
      assert.ok(text.startsWith(before))
    }),
  )
})

test('known secrets are gone, whatever they are and wherever they overlap', () => {
  const secrets = fc.array(fc.string({ minLength: 4, unit: fc.constantFrom('x', 'y', 'z') }), {
    minLength: 1,
    maxLength: 4,
  })
  fc.assert(
    fc.property(secrets, fc.array(fc.nat(3)), words, (known, order, between) => {
      const text = order.map((index) => `${between}|${known[index % known.length]}`).join('')
      for (const secret of known) assert.ok(!redact(text, known).includes(secret))
    }),
  )
})

test('code without secrets stays as it is', () => {
  const code = 'const task-list = risk-free; sk-short; Bearer of news; basket = ask-me'
  assert.equal(redact(code, ['', 'a', 'abc']), code)
})
