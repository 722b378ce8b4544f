import { givenPassphrase } from './passphrase.ts'
import type { Context } from './context.ts'
import type { Door } from './world.ts'

/** A new identity in the profile of this command. The default name stays with the node. */
export async function initProfile (context: Context): ReturnType<Door['initProfile']> {
  const { output, profile, values, world } = context
  const passphrase = await givenPassphrase(context)
  const { initProfile } = await world.door()
  const name = values.text('name')
  const made = await initProfile({ profile, onProgress: line => { output.progress(line) }, ...(passphrase === undefined ? {} : { passphrase }), ...(name === undefined ? {} : { name }) })
  if (made.atRest === 'keyfile') output.note('No passphrase was given: the key of this profile lies in a file beside it that only you can read.')
  return made
}
