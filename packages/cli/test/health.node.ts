import { connect, createServer } from 'node:net'
import { request } from 'node:http'
import { expect } from 'chai'
import { run } from '../src/cli.ts'
import { serveHealth } from '../src/commands/start/health.ts'
import { Actor } from './support/actor.ts'
import { actorDoor } from './support/door.ts'
import { stage, withBob } from './support/stage.ts'
import { sotto, testWorld } from './support/world.ts'
import type { Health } from '../src/commands/start/health.ts'
import type { AddressInfo } from 'node:net'

interface Got { status: number | undefined, headers: Record<string, unknown>, body: string }

async function get (address: string, options: { path?: string, method?: string, headers?: Record<string, string> } = {}): Promise<Got> {
  return await new Promise((resolve, reject) => {
    const asked = request(new URL(options.path ?? '/', address), { method: options.method ?? 'GET', headers: options.headers ?? {}, agent: false }, response => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => { body += chunk }).on('end', () => { resolve({ status: response.statusCode, headers: response.headers, body }) })
    })
    asked.on('error', reject).end()
  })
}

describe('how a node is, for everyone on this machine', () => {
  let health: Health
  let actor: Actor

  beforeEach(async () => {
    health = await serveHealth({ port: 0, version: '1.2.3', now: () => 1_700_000_000_000 })
    actor = new Actor()
    health.show(Object.assign(actor, { metrics: async () => 'sotto_uptime_seconds 1\n' }))
  })

  afterEach(async () => { await health.close() })

  it('CTL-20: is served at 127.0.0.1 alone, and only under its own names', async () => {
    const { port, hostname } = new URL(health.address)
    expect(hostname).to.equal('127.0.0.1')
    expect((await get(health.address)).status).to.equal(200)
    expect((await get(health.address, { headers: { host: `localhost:${port}` } })).status).to.equal(200)
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1:${Number(port) + 1}`, `127.0.0.1.evil.example:${port}`]) {
      for (const path of ['/', '/metrics']) {
        const { status, body } = await get(health.address, { path, headers: { host } })
        expect(status, host).to.equal(421)
        expect(body).not.to.match(/mailbox|sotto_/)
      }
    }
    await new Promise<void>(resolve => {
      const socket = connect(Number(port), '127.0.0.2').once('error', () => { resolve() })
      socket.once('connect', () => { throw new Error('it listens at another address') })
    })
  })

  it('CTL-21: answers GET and nothing else; runs nothing and loads nothing', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD']) expect((await get(health.address, { method })).status, method).to.equal(405)
    expect((await get(health.address, { path: '/../etc/passwd' })).status).to.equal(404)
    const { headers, body } = await get(health.address)
    expect(headers['content-security-policy']).to.match(/^default-src 'none'; style-src 'sha256-[^']+'; .*frame-ancestors 'none'$/)
    expect(headers['access-control-allow-origin']).to.equal(undefined)
    expect(headers).to.include({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'cross-origin-resource-policy': 'same-origin' })
    expect(body).not.to.match(/<script|<img|<link|https?:|javascript:|onload/i)
  })

  it('CTL-22: names nobody: asks for findings that are discreet, and shows what they are and what to do', async () => {
    const { body, headers } = await get(health.address)
    expect(actor.asked).to.deep.equal(['doctor discreet'])
    expect(headers['content-type']).to.equal('text/html; charset=utf-8')
    expect(body).to.include('Nobody keeps mail for you.').and.to.include('Ask a friend.').and.to.include('Everyone who uses this computer can open this page')
    expect(body).not.to.match(/\bbob\b|sotto1|12D3KooW|dddddddd/)
  })

  it('gives Prometheus its numbers', async () => {
    const { body, headers } = await get(health.address, { path: '/metrics' })
    expect(headers['content-type']).to.equal('text/plain; version=0.0.4; charset=utf-8')
    expect(body).to.equal('sotto_uptime_seconds 1\n')
  })

  it('does not let those who reload make it ask others again and again', async () => {
    await Promise.all(Array.from({ length: 8 }, async () => await get(health.address)))
    expect(actor.asked).to.deep.equal(['doctor discreet'])
  })

  it('shows text of others as text', async () => {
    await health.close()
    health = await serveHealth({ port: 0, version: '1.2.3', now: () => 0 })
    health.show(Object.assign(new Actor({ findings: [{ code: 'disk', level: 'problem', finding: 'In `/tmp/<b>&"x"` it is.', advice: '<script>alert(1)</script>' }] }), { metrics: async () => '' }))
    const { body } = await get(health.address)
    expect(body).to.include('<code>/tmp/&lt;b&gt;&amp;&quot;x&quot;</code>').and.to.include('&lt;script&gt;alert(1)').and.to.include('1 problem to look at')
  })

  it('says so while the node is just starting, and where it cannot tell', async () => {
    const starting = await serveHealth({ port: 0, version: '1.2.3', now: () => 0 })
    expect((await get(starting.address)).status).to.equal(503)
    starting.show(Object.assign(new Actor(), { metrics: async () => { throw new Error('a secret') } }))
    const { status, body } = await get(starting.address, { path: '/metrics' })
    expect(status).to.equal(500)
    expect(body).not.to.include('secret')
    await starting.close()
  })

  it('gives those who hang up, so that they keep nobody else away', async () => {
    const quick = await serveHealth({ port: 0, version: '1', now: () => 0, requestMs: 20 })
    quick.show(Object.assign(actor, { metrics: async () => '' }))
    const port = Number(new URL(quick.address).port)
    const gone = Array.from({ length: 16 }, async (_, i) => new Promise<void>(resolve => {
      const socket = connect(port, '127.0.0.1', () => { if (i % 2 === 0) socket.write('GET / HT') })
      socket.resume().once('close', () => { resolve() }).on('error', () => {})
    }))
    await Promise.all(gone)
    // who is slow on a busy machine is hung up on too
    for (let status: number | undefined; status !== 200;) status = await get(quick.address).then(answer => answer.status, () => undefined)
    await quick.close()
  })

  it('ends at once with its node, also while somebody hangs', async () => {
    const socket = connect(Number(new URL(health.address).port), '127.0.0.1')
    await new Promise(resolve => { socket.once('connect', resolve) })
    const ended = new Promise(resolve => { socket.once('close', resolve).on('error', () => {}) })
    await health.close()
    await ended
  })
})

describe('start --metrics', () => {
  const scene = stage()
  beforeEach(scene.initialise)

  it('says where, also in the first line and in the status', async () => {
    const door = actorDoor({}, withBob)
    const world = testWorld({ door })
    const ended = run(['--profile', scene.profile, 'start', '--json', '--metrics', '0'], world)
    await world.printed(1)
    const address = String(world.lines()[0]?.metrics)
    expect(door.inits[0]).to.include({ metrics: true, resident: true })
    expect((await get(address)).status).to.equal(200)
    expect((await scene.as(['status', '--json'])).lines()[0]).to.include({ metrics: address, version: '1.2.3', running: true })
    expect((await scene.as(['status'])).out).to.include(address)
    world.stop()
    expect(await ended).to.equal(0)
    expect(await get(address).catch((error: { code: string }) => error.code)).to.equal('ECONNREFUSED')
  })

  it('of a port that is taken fails before the node starts, with a hint; and of one that is none', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => { server.once('listening', resolve) })
    const door = actorDoor()
    const { port } = server.address() as AddressInfo
    const { code, errors } = await sotto(['--profile', scene.profile, 'start', '--json', '--metrics', String(port)], { door })
    server.close()
    expect(code).to.equal(1)
    expect(errors().at(-1)?.error).to.include({ code: 'PORT_IN_USE' }).and.to.have.property('hint')
    expect(door.inits).to.deep.equal([])
    expect((await scene.as(['start', '--metrics', '70000'])).code).to.equal(2)
    expect((await scene.as(['start', '--metrics', 'x'])).code).to.equal(2)
  })
})
