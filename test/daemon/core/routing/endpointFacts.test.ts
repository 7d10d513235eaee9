import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsOf } from '../../../../daemon/core/routing/endpointFacts.ts'
import { endpoint } from '../../../support/endpoints.ts'

test('what is unknown of an endpoint is missing, so that its facts are the same before and after JSON', () => {
  const facts = factsOf(endpoint('a/x@one'))
  assert.deepEqual(facts, { id: 'a/x@one', provider: 'one', isLocal: false })
  assert.deepEqual(JSON.parse(JSON.stringify(facts)), facts)
})

test('prices, limits and what it supports are taken over, sets in a fixed order', () => {
  const facts = factsOf(
    endpoint('a/x@one', {
      rates: {
        inputNanodollarsPerMillionTokens: 1,
        outputNanodollarsPerMillionTokens: 2,
        cachedInputNanodollarsPerMillionTokens: 3,
        nanodollarsPerRequest: 4,
        nanodollarsPerImage: 5,
        source: 'declared',
      },
      contextTokens: 6,
      outputTokens: 7,
      supportedParameters: new Set(['tools', 'seed']),
      inputModalities: ['text', 'image'],
      quantization: 'fp8',
      dataCollection: 'deny',
      isZdr: true,
    }),
  )
  assert.deepEqual(facts, {
    id: 'a/x@one',
    provider: 'one',
    promptNanodollars: 1,
    completionNanodollars: 2,
    cachedReadNanodollars: 3,
    requestNanodollars: 4,
    imageNanodollars: 5,
    contextTokens: 6,
    outputTokens: 7,
    parameters: ['seed', 'tools'],
    modalities: ['image', 'text'],
    quantization: 'fp8',
    dataCollection: 'deny',
    isZdr: true,
    isLocal: false,
  })
})

test('for an input beyond a tier its prices count', () => {
  const tier = {
    aboveInputTokens: 200_000,
    inputNanodollarsPerMillionTokens: 20,
    outputNanodollarsPerMillionTokens: 30,
  }
  const rates = {
    inputNanodollarsPerMillionTokens: 10,
    outputNanodollarsPerMillionTokens: 15,
    cachedInputNanodollarsPerMillionTokens: 1,
    nanodollarsPerRequest: 7,
    source: 'declared',
    tiers: [tier],
  }
  const promptAt = (inputTokens: number) => factsOf(endpoint('a/x@one', { rates }), inputTokens)
  assert.equal(promptAt(200_000).promptNanodollars, 10)
  const { promptNanodollars, completionNanodollars, cachedReadNanodollars, requestNanodollars } = promptAt(200_001)
  assert.deepEqual(
    [promptNanodollars, completionNanodollars, cachedReadNanodollars, requestNanodollars],
    [20, 30, undefined, 7],
  )
})
