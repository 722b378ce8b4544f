import { manPage } from '../../completion/man.ts'
import type { Context } from '../../context.ts'

export async function handler ({ commands, output, world }: Context): Promise<undefined> {
  const page = manPage(await commands(), world.version)
  output.result({ page }, () => page.trimEnd())
}
