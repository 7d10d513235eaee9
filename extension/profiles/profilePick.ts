/**
 * The command `waybill.pickProfile`: lists the profiles and sets this workspace's. The daemon keeps the choice, for every
 * client; an open list follows what any client changes meanwhile. With a profile's name as argument, as a key binding can give
 * one, it sets that profile without asking.
 */
import * as vscode from 'vscode'
import type { ResultOf } from '../daemon/connection.ts'
import { failureOf } from '../daemon/requestFailure.ts'
import type { ExtensionDependencies } from '../dependencies.ts'
import { activeItemOf, noWorkspaceWords, type ProfileItem, profileItemsOf } from './profileItems.ts'

export function registerProfiles(context: vscode.ExtensionContext, dependencies: ExtensionDependencies): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('waybill.pickProfile', async (name: unknown) => {
      try {
        // A menu gives arguments of its own, which are not names.
        await pickProfile(dependencies, typeof name === 'string' ? name : undefined)
      } catch (error) {
        void vscode.window.showErrorMessage(failureOf(error).message)
      }
    }),
  )
}

async function pickProfile(dependencies: ExtensionDependencies, name: string | undefined): Promise<void> {
  const { connection, workspaceRefOf } = dependencies
  await connection.ensureConnected()
  const workspace = workspaceRefOf()
  const list = () => connection.request('profiles', workspace === undefined ? {} : { workspace })
  const first = await list()
  const item =
    name === undefined
      ? await chosenItem(first, list, (listener) => connection.onNotification('profilesChanged', listener))
      : namedItem(first, name)
  if (item === undefined) return
  if (workspace === undefined) {
    const schemes = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme)
    void vscode.window.showInformationMessage(noWorkspaceWords(schemes))
    return
  }
  const { profile } = item
  await connection.request('profilesSet', profile === undefined ? { workspace } : { workspace, profile })
}

function namedItem(result: ResultOf<'profiles'>, name: string): ProfileItem | undefined {
  const item = profileItemsOf(result).find(({ profile }) => profile === name)
  if (item !== undefined) return item
  const names = result.profiles.map((profile) => profile.name).join(', ')
  void vscode.window.showErrorMessage(`There is no profile “${name}”. Expected one of ${names}.`)
  return undefined
}

/** Resolves with undefined when the list was closed without a choice. */
function chosenItem(
  first: ResultOf<'profiles'>,
  list: () => Promise<ResultOf<'profiles'>>,
  onChanged: (listener: () => void) => vscode.Disposable,
): Promise<ProfileItem | undefined> {
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & ProfileItem>()
  pick.placeholder = 'Profile'
  pick.matchOnDescription = true
  const show = (result: ResultOf<'profiles'>) => {
    pick.title = titleOf(result)
    const [highlighted] = pick.activeItems
    pick.items = profileItemsOf(result)
    const active = activeItemOf(pick.items, highlighted)
    pick.activeItems = active === undefined ? [] : [active]
  }
  show(first)
  return new Promise((resolve) => {
    const subscriptions = [
      pick,
      // A list that cannot be had again stays as it is.
      onChanged(() => void list().then(show, () => undefined)),
      pick.onDidAccept(() => {
        resolve(pick.selectedItems[0])
        pick.hide()
      }),
      pick.onDidHide(() => {
        resolve(undefined)
        for (const subscription of subscriptions) subscription.dispose()
      }),
    ]
    pick.show()
  })
}

function titleOf({ current }: ResultOf<'profiles'>): string {
  const name = current.workspace
    ?.split(/[/\\]/)
    .filter((part) => part !== '')
    .at(-1)
  return name === undefined ? 'Profiles' : `Profile for ${name}`
}
