import { oneLine } from '../../output/harmless.ts'
import { withMessenger } from '../../session.ts'
import { bad } from '../../values.ts'
import type { Context } from '../../context.ts'

export async function handler (context: Context): Promise<undefined> {
  const { output, values, world } = context
  const { signal } = world
  const name = values.text('name')
  const receipts = values.text('read-receipts')
  if (receipts !== undefined && receipts !== 'on' && receipts !== 'off') throw bad('--read-receipts takes on or off.')
  const self = await withMessenger(context, async messenger => {
    if (name !== undefined) await messenger.rename(name, { signal })
    if (receipts !== undefined) await messenger.tellReads(receipts === 'on', { signal })
    return await messenger.self({ signal, ...(values.has('invite') ? { invite: true } : {}) })
  }, { linger: name !== undefined || receipts !== undefined })
  const code = values.has('qr') && !output.json ? (await import('../../output/qr.ts')).qr(self.short?.webLink ?? self.short?.link ?? self.webLink ?? self.link, output.colours) : undefined
  output.result(self, () => [
    `name    ${oneLine(self.name) || '(none; `sotto id --name N` sets one)'}`,
    `id      ${self.id}`,
    `device  ${self.device}`,
    `link    ${self.link}`,
    ...self.webLink === undefined ? [] : [`web     ${self.webLink}`],
    ...self.readReceipts ? [] : ['reads   not told to your contacts, nor theirs to you (`sotto id --read-receipts on`)'],
    ...code === undefined ? [] : ['', code]
  ].join('\n'))
}
