import { manPage } from '../../completion/man.ts'
import { allCommands } from '../index.ts'
import type { Context } from '../../context.ts'

export async function handler ({ output, world }: Context): Promise<undefined> {
  const page = manPage(await allCommands(), world.version)
  output.result({ page }, () => page.trimEnd())
}
