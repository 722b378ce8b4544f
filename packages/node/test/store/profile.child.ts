// `create DIR STEP`: makes a profile and dies by its own hand at the STEP-th word of progress, or in the middle of filling
// the store. `hold DIR`: opens the profile, says so, and keeps it until it is killed.
import { key, createProfile, openProfile, tables } from '../../src/store/index.ts'

const [verb, profile = '', step = ''] = process.argv.slice(2)

function die (): void {
  process.kill(process.pid, 'SIGKILL')
}

if (verb === 'create') {
  let steps = 0
  await createProfile({
    profile,
    onProgress: line => {
      if (String(steps++) === step) die()
      process.stdout.write(`${line}\n`)
    },
    fill: async store => {
      await store.batch([{ type: 'put', key: key(tables.own, 1), value: Uint8Array.of(1) }])
      if (step === 'fill') die()
      await store.batch([{ type: 'put', key: key(tables.own, 2), value: Uint8Array.of(2) }])
    }
  })
  if (step === 'end') die()
} else {
  await openProfile({ profile })
  process.stdout.write('open\n')
  setInterval(() => {}, 1000)
}
