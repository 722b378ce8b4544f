import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Text } from '@sotto/protocols/message'
import { expect } from 'chai'
import { temporaryDirectory } from '../../../../test/support/testnet.ts'
import { createLogger } from '../../src/log.ts'
import { SearchIndex } from '../../src/search/index.ts'
import { keyRange, openStore, tables } from '../../src/store/index.ts'
import { ConversationLog } from '../../src/sync/index.ts'
import { CONVERSATION, Clock, deviceOf } from '../sync/support.ts'

describe('the search index on disk', () => {
  it('REST-13: shows no word, in no key and no file, and little of how long a row is', async () => {
    const directory = await temporaryDirectory()
    try {
      const location = join(directory.path, 'store')
      const store = await openStore({ location, dataKey: new Uint8Array(32).fill(7) })
      const clock = new Clock()
      const log = await ConversationLog.load({ store, clock }, CONVERSATION, deviceOf(1))
      const texts = ['xylophone', 'Jägermeister', '日本語', 'quarantine']
      const said = Array.from({ length: 600 }, (_, n) => log.append(1, Text.encode({ text: `${texts[n % 4]} ${n}` })))
      await store.batch([...said.flatMap(({ ops }) => ops), ...log.stateOps()])
      const index = new SearchIndex({ store, clock, logger: createLogger('test', () => false, () => {}) })
      const found: number[] = []
      for await (const { sequence } of index.find(log, ['xylophone'])) found.push(sequence)
      expect(found).to.have.length(150)
      const sizes = new Set<number>()
      for await (const { key, value } of store.range(keyRange(tables.search))) {
        if (key.byteLength === 17) continue
        expect(key.byteLength).to.equal(1 + 16 + 16 + 8)
        expect(value.byteLength).to.be.at.least(128)
        sizes.add(value.byteLength)
      }
      expect(sizes.size).to.be.below(12)
      await index.stop()
      await store.close()
      for (const file of await readdir(location)) {
        const bytes = await readFile(join(location, file))
        for (const word of ['xylophone', 'jager', 'Jäger', '日本', '本語', 'quarantine']) {
          expect(bytes.includes(word), `${word} in ${file}`).to.equal(false)
        }
      }
    } finally {
      await directory.remove()
    }
  })
})
