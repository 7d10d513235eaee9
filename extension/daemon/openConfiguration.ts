/**
 * The command "Open Configuration": opens the daemon's config.json, and writes an example into it first if there is none. The
 * example is plain JSON that configures nothing, so that it can be read before anything is decided: of names that begin with
 * `$` the daemon says nothing.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as vscode from 'vscode'
import type { DaemonConnection } from './connection.ts'

export async function openConfiguration(connection: DaemonConnection): Promise<void> {
  await connection.ensureConnected()
  const { configFile } = await connection.request('status', {})
  await mkdir(dirname(configFile), { recursive: true, mode: 0o700 })
  const text = `${JSON.stringify(example, undefined, 2)}\n`
  // The flag: a file that is there is never touched.
  await writeFile(configFile, text, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await vscode.window.showTextDocument(vscode.Uri.file(configFile))
}

const example = {
  schema: 1,
  $about: [
    'Copy what fits you from "$example" into "providers". Nothing under "$example" is read; remove it when you like.',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the notation of the file.
    'A key is never written here: "${env:NAME}" names the environment variable that holds it.',
    'Prices are US dollars per million tokens; without them the cost is unknown. Changes take effect when the file is saved.',
  ],
  providers: {},
  $example: {
    openai: {
      kind: 'openai',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the notation of the file.
      key: '${env:OPENAI_API_KEY}',
      models: [{ model: 'openai/gpt-5-mini', price: { input: '0.25', cachedInput: '0.025', output: '2' } }],
    },
    ollama: { kind: 'ollama', models: [{ model: 'qwen/qwen3-coder', name: 'qwen3-coder:30b' }] },
    'own-server': {
      kind: 'custom',
      baseUrl: 'http://localhost:8000/v1',
      isLocal: true,
      models: [{ model: 'own/model', name: 'the name that the server knows it by', contextTokens: 32_768 }],
    },
  },
}
