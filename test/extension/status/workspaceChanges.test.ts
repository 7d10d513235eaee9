import assert from 'node:assert/strict'
import { test } from 'node:test'
import { workspaceChangesOf } from '../../../extension/status/workspaceChanges.ts'
import type { WorkspaceRef } from '../../../shared/protocol/workspace.ts'

const first: WorkspaceRef = { folder: '/acme', document: '/acme/src/one.ts', isTrusted: true }

test('switches between editors of one folder, over moments without an editor, are no change', () => {
  const window = createWindow(first)
  for (const document of ['/acme/src/two.ts', '/acme/src/three.ts']) {
    window.show({ folder: '/acme', isTrusted: true })
    window.show({ ...first, document })
    window.settle()
  }
  assert.equal(window.changes(), 0)
})

const others: readonly (readonly [string, WorkspaceRef | undefined])[] = [
  ['a document of another folder', { ...first, document: '/acme/vendored/one.ts' }],
  ['another folder of the window', { ...first, folder: '/other' }],
  ['trust', { ...first, isTrusted: false }],
  ['no workspace', undefined],
]
for (const [name, ref] of others) {
  test(`${name} is a change, told once`, () => {
    const window = createWindow(first)
    window.show(ref)
    window.show(ref)
    window.settle()
    window.show(ref)
    window.settle()
    assert.equal(window.changes(), 1)
  })
}

test('after its end it hears nothing and waits for nothing', () => {
  const window = createWindow(first)
  window.show(undefined)
  window.changed.dispose()
  window.settle()
  window.show(first)
  assert.deepEqual([window.changes(), window.timers.size], [0, 0])
})

function createWindow(start: WorkspaceRef) {
  let ref: WorkspaceRef | undefined = start
  let changes = 0
  let mayHave: (() => void) | undefined
  const timers = new Set<() => void>()
  const changed = workspaceChangesOf(
    {
      workspaceRefOf: () => ref,
      onMayHaveChanged: (listener) => {
        mayHave = listener
        return {
          dispose: () => {
            mayHave = undefined
          },
        }
      },
      startTimer: (callback) => {
        timers.add(callback)
        return { dispose: () => timers.delete(callback) }
      },
    },
    () => {
      changes += 1
    },
  )
  return {
    changed,
    timers,
    changes: () => changes,
    show: (next: WorkspaceRef | undefined) => {
      ref = next
      mayHave?.()
    },
    settle: () => {
      for (const callback of [...timers]) {
        timers.delete(callback)
        callback()
      }
    },
  }
}
