import { connectControl } from '../../remote/client.ts'
import { bad } from '../../values.ts'
import type { Context } from '../../context.ts'

/** Somebody waits at a keyboard: later than this it is no help, ms. */
const NAMES_TIMEOUT_MS = 1000
// names come from others: what could mean something to a shell is completed by its id
const PLAIN = /^[\p{L}\p{N}][\p{L}\p{N}\p{M} ._@-]*$/u

/** Only what a resident node knows: completion starts none. */
async function names ({ output, profile, world }: Context, list: string): Promise<undefined> {
  const signal = AbortSignal.any([world.signal, AbortSignal.timeout(NAMES_TIMEOUT_MS)])
  const control = await connectControl(profile, { signal })
  if (control === undefined) return
  try {
    const people = list === 'requests' ? await control.messenger.requests.list({ signal }) : await control.messenger.contacts.list({ signal })
    for (const { id, name } of people) output.result({ id, name }, () => PLAIN.test(name) ? name : id)
  } finally {
    control.close()
  }
}

export async function handler (context: Context): Promise<undefined> {
  const { commands, output, values, words } = context
  const list = values.text('names')
  if (list !== undefined) return await names(context, list)
  const [shell] = words
  const { completionTable } = await import('../../completion/table.ts')
  const table = completionTable(await commands())
  const script = shell === 'bash'
    ? (await import('../../completion/bash.ts')).bashCompletion(table)
    : shell === 'zsh'
      ? (await import('../../completion/zsh.ts')).zshCompletion(table)
      : shell === 'fish' ? (await import('../../completion/fish.ts')).fishCompletion(table) : undefined
  if (script === undefined) throw bad('Say for which shell: bash, zsh or fish.', '`sotto completion --help` shows where it goes.')
  output.result({ shell, script }, () => script.trimEnd())
}
