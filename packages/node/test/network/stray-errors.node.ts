import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { isStraySocketError } from '../../src/platform/guard.ts'

/** Runs the child in `mode`: its exit code and what it said. */
async function run (mode: string): Promise<{ code: number | null, out: string }> {
  const child = spawn(process.execPath, [
    '--conditions=source', '--experimental-transform-types', '--disable-warning=ExperimentalWarning',
    fileURLToPath(new URL('./stray-errors.child.ts', import.meta.url)), mode
  ], { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  child.stdout.on('data', chunk => { out += String(chunk) })
  child.stderr.on('data', chunk => { out += String(chunk) })
  const code = await new Promise<number | null>(resolve => { child.on('close', resolve) })
  return { code, out }
}

describe('a node survives', () => {
  it('600 dials that are given up at any moment against servers that reset', async () => {
    const { code, out } = await run('dials')
    expect(out).to.contain('alive')
    expect(code).to.equal(0)
  })

  it('a socket that fails with nobody listening, which ends a process otherwise', async () => {
    expect((await run('unguarded')).code).to.not.equal(0)
    const { code, out } = await run('guarded')
    expect(out).to.contain('alive')
    expect(code).to.equal(0)
  })

  for (const mode of ['bug', 'bug of two']) {
    it(`nothing else: an error of our own stays fatal (${mode})`, async () => {
      const { code, out } = await run(mode)
      expect(out).to.contain('a bug of ours').and.not.contain('alive')
      expect(code).to.not.equal(0)
    })
  }

  it('only what the system says of a socket', () => {
    const error = (code: string, syscall?: string): Error => Object.assign(new Error(code), { code, syscall, stack: 'Error\n    at TCP.onStreamRead (node:internal/stream_base_commons:216:20)' })
    expect(isStraySocketError(error('ECONNRESET', 'read'))).to.equal(true)
    expect(isStraySocketError(error('EPIPE', 'write'))).to.equal(true)
    expect(isStraySocketError(error('ENOENT', 'open'))).to.equal(false)
    expect(isStraySocketError(error('ECONNRESET'))).to.equal(false)
    expect(isStraySocketError(Object.assign(new Error('x'), { code: 'ECONNRESET', syscall: 'read' }))).to.equal(false) // made by a line of ours
    expect(isStraySocketError('ECONNRESET')).to.equal(false)
  })
})
