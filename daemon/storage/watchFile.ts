/**
 * Calls back when a file may have changed, come or gone, once it has come to rest: two looks, 25 ms apart, that find the
 * same size and time. It watches the file's folder, since editors replace files; where the system has no watch left to
 * give, it looks once a second. Keeps no process alive. The returned function ends it.
 */
import { statSync, unwatchFile, watch, watchFile } from 'node:fs'
import { basename, dirname } from 'node:path'

const restMs = 25
const pollMs = 1_000

export function startWatching(path: string, onRest: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  const waitForRest = (lastLook: string) => {
    timer = setTimeout(() => {
      timer = undefined
      const look = lookAt(path)
      if (look === lastLook) onRest()
      else waitForRest(look)
    }, restMs)
    timer.unref()
  }
  const onEvent = () => {
    if (timer === undefined) waitForRest(lookAt(path))
  }
  const stop = watchFolder(path, onEvent) ?? poll(path, onEvent)
  return () => {
    stop()
    clearTimeout(timer)
  }
}

/** Undefined: the system gives no watch. */
function watchFolder(path: string, onEvent: () => void): (() => void) | undefined {
  let stopPolling: (() => void) | undefined
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      if (name === null || name === basename(path)) onEvent()
    })
    watcher.on('error', () => {
      watcher.close()
      stopPolling ??= poll(path, onEvent)
      onEvent()
    })
    return () => {
      watcher.close()
      stopPolling?.()
    }
  } catch {
    return undefined
  }
}

function poll(path: string, onEvent: () => void): () => void {
  watchFile(path, { persistent: false, interval: pollMs }, onEvent)
  return () => unwatchFile(path, onEvent)
}

function lookAt(path: string): string {
  try {
    const status = statSync(path, { bigint: true })
    return `${status.ino}:${status.size}:${status.mtimeNs}`
  } catch {
    return 'nothing to see'
  }
}
