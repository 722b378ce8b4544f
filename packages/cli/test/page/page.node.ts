import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { request as secureRequest } from 'node:https'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { run } from '../../src/cli.ts'
import { readPagePlace, writePagePlace } from '../../src/page/place.ts'
import { servePage } from '../../src/page/server.ts'
import { isNewer } from '../../src/page/build.ts'
import { hasSite, readSite } from '../../src/page/site.ts'
import { readSettings } from '../../src/settings.ts'
import { CERTIFICATE, KEY } from './certificate.ts'
import { actorDoor } from '../support/door.ts'
import { stage } from '../support/stage.ts'
import { testWorld } from '../support/world.ts'
import type { PageServer } from '../../src/page/server.ts'
import type { IncomingHttpHeaders } from 'node:http'

const FACTS = { revision: 1, network: 'local', peerId: '12D3KooWAlice', addresses: ['/ip4/127.0.0.1/tcp/1/ws/p2p/12D3KooWAlice'] } as const

interface Got { status: number, headers: IncomingHttpHeaders, body: string }

async function ask (port: number, path: string, init: { host?: string, method?: string, headers?: Record<string, string> } = {}): Promise<Got> {
  return await new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method: init.method ?? 'GET', agent: false, headers: { host: init.host ?? `127.0.0.1:${port}`, ...init.headers } }, response => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => { body += chunk })
      response.on('end', () => { resolve({ status: response.statusCode ?? 0, headers: response.headers, body }) })
    })
    sent.once('error', reject)
    sent.end()
  })
}

function build (directory: string): string {
  mkdirSync(join(directory, 'assets'), { recursive: true })
  writeFileSync(join(directory, 'index.html'), '<!doctype html><title>Sotto</title>')
  writeFileSync(join(directory, 'assets/main-1a2b.js'), 'export {}')
  return directory
}

describe('the page that a node serves', () => {
  const scene = stage()
  let server: PageServer
  let site: string

  beforeEach(async () => {
    site = build(join(scene.profile, 'site'))
    writeFileSync(join(scene.profile, 'secret'), 'secret words')
    symlinkSync(join(scene.profile, 'secret'), join(site, 'link.txt'))
    server = await servePage({ site: readSite(site), name: 'a1b2c3d4e5f60718', port: 0, facts: () => ({ ...FACTS, addresses: [...FACTS.addresses] }) })
  })
  afterEach(async () => { await server.close() })

  it('a browser gets the page by its own name and by number', async () => {
    expect(server.address).to.equal(`http://a1b2c3d4e5f60718.localhost:${server.port}/`)
    for (const host of [`a1b2c3d4e5f60718.localhost:${server.port}`, `127.0.0.1:${server.port}`]) {
      const { status, body, headers } = await ask(server.port, '/', { host })
      expect(status).to.equal(200)
      expect(body).to.contain('<title>Sotto')
      expect(headers['content-type']).to.equal('text/html; charset=utf-8')
    }
  })

  it('CTL-15: under any other name it serves nothing, so that a name of somebody else which leads here reads nothing', async () => {
    for (const host of ['evil.example', `evil.example:${server.port}`, 'a1b2c3d4e5f60718.localhost', '127.0.0.1', `localhost:${server.port}`, `other.localhost:${server.port}`, `127.0.0.1:${server.port}.evil.example`]) {
      for (const path of ['/', '/.well-known/sotto']) {
        const { status, body } = await ask(server.port, path, { host })
        expect(status, host).to.equal(421)
        expect(body).not.to.contain('12D3').and.not.contain('Sotto<')
      }
    }
  })

  it('CTL-16: it answers only to GET and HEAD', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const { status, headers } = await ask(server.port, '/.well-known/sotto', { method })
      expect(status, method).to.equal(405)
      expect(headers).not.to.have.property('access-control-allow-origin')
    }
    const { status, body } = await ask(server.port, '/', { method: 'HEAD' })
    expect(status).to.equal(200)
    expect(body).to.equal('')
  })

  it('CTL-17: it serves what was built and nothing beside it, however the path is written', async () => {
    for (const path of ['/../secret', '/assets/../../secret', '/%2e%2e/secret', '/..%2fsecret', '/link.txt', '//secret', '/assets/', '/assets', '/constructor', '/__proto__', `/${'a'.repeat(4000)}`]) {
      const { status, body } = await ask(server.port, path)
      expect(status, path).to.equal(404)
      expect(body).not.to.contain('secret words')
    }
    writeFileSync(join(site, 'later.js'), 'evil()')
    writeFileSync(join(site, 'index.html'), 'evil')
    expect((await ask(server.port, '/later.js')).status).to.equal(404)
    expect((await ask(server.port, '/')).body).to.contain('<title>Sotto')
  })

  it('CTL-18: every answer forbids foreign code, inline code, frames and referrers', async () => {
    for (const [path, init] of [['/', {}], ['/assets/main-1a2b.js', {}], ['/.well-known/sotto', {}], ['/none', {}], ['/', { method: 'POST' }], ['/', { host: 'evil.example' }]] as const) {
      const { headers } = await ask(server.port, path, init)
      const policy = String(headers['content-security-policy'])
      expect(policy).to.contain("default-src 'none'").and.contain("script-src 'self';").and.contain("frame-ancestors 'none'").and.contain("require-trusted-types-for 'script'")
      expect(policy).not.to.match(/unsafe-(?:inline|eval)|\*|https?:/)
      expect(headers).to.include({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin' })
    }
  })

  it('CTL-19: it tells where its node is, and nothing that is not public', async () => {
    const { status, body, headers } = await ask(server.port, '/.well-known/sotto')
    expect(status).to.equal(200)
    expect(headers['content-type']).to.contain('application/json')
    expect(JSON.parse(body)).to.deep.equal(FACTS)
  })

  it('files named by their content are kept by the browser, others are asked for again', async () => {
    const asset = await ask(server.port, '/assets/main-1a2b.js')
    expect(asset.headers['cache-control']).to.contain('immutable')
    expect(asset.headers['content-type']).to.contain('javascript')
    const page = await ask(server.port, '/?from=home')
    expect(page.headers['cache-control']).to.equal('no-cache')
    expect((await ask(server.port, '/', { headers: { 'if-none-match': String(page.headers.etag) } })).status).to.equal(304)
  })

  it('garbage ends its own connection only', async () => {
    const socket = connect(server.port, '127.0.0.1')
    const gone = new Promise<void>(resolve => { socket.once('close', () => { resolve() }) })
    socket.on('error', () => {})
    socket.resume()
    socket.end('\u0000\u0001 garbage\r\n\r\n')
    await gone
    expect((await ask(server.port, '/')).status).to.equal(200)
  })

  it('CTL-18: so does every answer to what is no request that can be read', async () => {
    const host = `Host: 127.0.0.1:${server.port}\r\n`
    for (const said of ['rubbish\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n', `GET / HTTP/1.1\r\n${host}X: ${'a'.repeat(20_000)}\r\n\r\n`, `GET / HTTP/1.1\r\n${host}Expect: miracles\r\n\r\n`]) {
      const answer = await new Promise<string>((resolve, reject) => {
        let heard = ''
        const socket = connect(server.port, '127.0.0.1', () => { socket.end(said) }).setEncoding('utf8').once('error', reject)
        socket.on('data', (chunk: string) => { heard += chunk })
        socket.once('close', () => { resolve(heard) })
      })
      expect(answer).to.match(/^HTTP\/1.1 4\d\d /)
      expect(answer.toLowerCase()).to.contain("content-security-policy: default-src 'none'").and.contain('x-content-type-options: nosniff')
    }
  })

  it('who takes all connections and reads nothing keeps nobody out: the one that is there longest makes room', async () => {
    const files = readSite(site)
    const large = await servePage({ site: new Map([...files, ['/large.js', { ...files.get('/index.html') ?? expect.fail(), bytes: new Uint8Array(8 * 1024 * 1024) }]]), name: 'a1b2c3d4e5f60718', port: 0, facts: () => ({ ...FACTS, addresses: [] }) })
    const held = Array.from({ length: 80 }, () => connect(large.port, '127.0.0.1').on('error', () => {}))
    try {
      for (const socket of held) socket.write(`GET /large.js HTTP/1.1\r\nHost: 127.0.0.1:${large.port}\r\n\r\n`)
      await Promise.all(held.slice(-16).map(async socket => { await new Promise(resolve => socket.once('readable', resolve)) }))
      expect((await ask(large.port, '/')).status).to.equal(200)
    } finally {
      for (const socket of held) socket.destroy()
      await large.close()
    }
  })

  it('CTL-15: by TLS it is served where its owner says, under the name of the certificate and no other', async () => {
    const both = await servePage({ site: readSite(site), name: 'a1b2c3d4e5f60718', port: 0, facts: () => ({ ...FACTS, addresses: [...FACTS.addresses] }), tls: { host: 'sotto.test', port: 0, cert: CERTIFICATE, key: KEY } })
    try {
      const port = Number(new URL(both.tlsAddress ?? '').port)
      const get = async (host: string): Promise<number | undefined> => await new Promise((resolve, reject) => {
        const sent = secureRequest({ host: '127.0.0.1', port, servername: 'sotto.test', ca: CERTIFICATE, agent: false, headers: { host } }, response => {
          response.resume()
          resolve(response.statusCode)
        })
        sent.once('error', reject)
        sent.end()
      })
      expect(both.tlsAddress).to.equal(`https://sotto.test:${port}/`)
      expect(await get(`sotto.test:${port}`)).to.equal(200)
      for (const host of [`evil.test:${port}`, `127.0.0.1:${port}`, `a1b2c3d4e5f60718.localhost:${both.port}`]) expect(await get(host), host).to.equal(421)
      expect((await ask(both.port, '/', { host: `sotto.test:${port}` })).status, 'in clear').to.equal(421)
    } finally {
      await both.close()
    }
    const refused = await servePage({ site: readSite(site), name: 'a1b2c3d4e5f60718', port: 0, facts: () => ({ ...FACTS, addresses: [] }), tls: { host: 'sotto.test', port: 0, cert: 'none', key: KEY } }).catch((error: unknown) => error)
    expect(refused).to.include({ code: 'BAD_ARGUMENT' })
  })

  it('a directory without a page is none', () => {
    expect(hasSite(site)).to.equal(true)
    expect(hasSite(join(site, 'assets'))).to.equal(false)
  })

  it('a page is built anew where what it is made of changed after it was built, and not for what lies beside', () => {
    const checkout = join(scene.profile, 'checkout')
    const [source, beside] = ['packages/web/src/views/chat.tsx', 'packages/web/dist/site/index.html'].map(path => join(checkout, path)) as [string, string]
    for (const path of [source, beside]) {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, '')
    }
    const [before, built, after] = [1000, 2000, 3000] // Unix seconds
    utimesSync(source, before, before)
    utimesSync(beside, after, after)
    expect(isNewer(checkout, built * 1000)).to.equal(false)
    utimesSync(source, after, after)
    expect(isNewer(checkout, built * 1000)).to.equal(true)
  })

  it('the profile keeps the name and the port of its page; what is damaged is said', () => {
    const first = readPagePlace(scene.profile)
    expect(first.name).to.match(/^[0-9a-f]{16}$/)
    expect(readPagePlace(scene.profile).name).not.to.equal(first.name)
    writePagePlace(scene.profile, { name: first.name, port: 4711 })
    expect(readPagePlace(scene.profile)).to.deep.equal({ name: first.name, port: 4711 })
    for (const text of ['{', '{}', '{"version":1,"name":"<b>","port":1}', `{"version":1,"name":"${first.name}","port":"1"}`]) {
      writeFileSync(join(scene.profile, 'page.json'), text)
      expect(() => readPagePlace(scene.profile), text).to.throw().with.property('code', 'STORE_DAMAGED')
    }
  })

  describe('sotto start --web', () => {
    it('serves the page while the node runs, at the same address again, and says it in `ready`', async () => {
      const addresses: string[] = []
      for (let round = 0; round < 2; round++) {
        const world = testWorld({ site })
        const running = run(['--profile', join(scene.profile, 'own'), 'start', '--web', '--network', 'local', '--json'], world)
        await world.printed(1)
        const web = String(world.lines()[0]?.web)
        const { port, origin, hash } = new URL(web)
        expect(hash).to.equal('#pair:code')
        addresses.push(origin)
        const facts = JSON.parse((await ask(Number(port), '/.well-known/sotto')).body) as Record<string, unknown>
        expect(facts).to.include({ revision: 1, network: 'local', peerId: '12D3KooWActor' })
        world.stop()
        expect(await running).to.equal(0)
        const refused = await ask(Number(port), '/').then(() => false, () => true)
        expect(refused).to.equal(true)
      }
      expect(addresses[0]).to.match(/^http:\/\/[0-9a-f]{16}\.localhost:\d+$/).and.equal(addresses[1])
    })

    it('the node listens where the page can dial it, whatever it was told, and remembers what it was told', async () => {
      const profile = join(scene.profile, 'own')
      for (const { listen, tls = [], beside } of [
        { listen: ['/ip4/127.0.0.1/tcp/0'], beside: ['/ip4/127.0.0.1/tcp/0/ws'] },
        { listen: ['none'], beside: ['/ip4/127.0.0.1/tcp/0/ws'] },
        { listen: ['/ip4/0.0.0.0/tcp/4001', '/ip4/0.0.0.0/tcp/4002/ws'], beside: [] },
        { listen: ['/ip4/127.0.0.1/udp/0/webrtc-direct'], beside: [] },
        { listen: undefined, beside: [] },
        { listen: ['/ip4/127.0.0.1/tcp/0'], tls: ['--web-tls', 'sotto.test:0', '--web-cert', 'cert.pem', '--web-key', 'key.pem'], beside: ['/ip4/127.0.0.1/tcp/0/ws', '/ip4/127.0.0.1/udp/0/webrtc-direct'] }
      ]) {
        const door = actorDoor()
        rmSync(join(profile, 'settings.json'), { force: true })
        mkdirSync(profile, { recursive: true })
        writeFileSync(join(profile, 'cert.pem'), CERTIFICATE)
        writeFileSync(join(profile, 'key.pem'), KEY)
        const world = testWorld({ site, door, cwd: profile })
        const running = run(['--profile', profile, 'start', '--web', ...tls, ...(listen ?? []).flatMap(address => ['--listen', address]), '--json'], world)
        await world.printed(1)
        world.stop()
        expect(await running).to.equal(0)
        expect(door.inits[0]?.pageListen, listen?.join()).to.deep.equal(beside)
        expect(readSettings(profile).listen).to.deep.equal(listen?.filter(address => address !== 'none'))
      }
      const door = actorDoor()
      const world = testWorld({ door })
      const running = run(['--profile', profile, 'start', '--listen', '/ip4/127.0.0.1/tcp/0', '--json'], world)
      await world.printed(1)
      world.stop()
      expect(await running).to.equal(0)
      expect(door.inits[0]).not.to.have.property('pageListen')
    })

    it('ends with the address to open, for a person', async () => {
      const world = testWorld({ site, terminal: true, env: { NO_COLOR: '1' } })
      const running = run(['--profile', join(scene.profile, 'own'), 'start', '--web'], world)
      await world.says('Where it is not found: http://127.0.0.1:')
      expect(world.out().trimEnd().split('\n').at(-3)).to.match(/^ {2}http:\/\/[0-9a-f]{16}\.localhost:\d+\//)
      world.stop()
      expect(await running).to.equal(0)
    })

    it('a node starts all the same where there is no page, another program has the port that it remembers, or what it remembers is damaged, and says so', async () => {
      const profile = join(scene.profile, 'own')
      mkdirSync(profile, { recursive: true })
      const taken = JSON.stringify({ version: 1, name: 'a1b2c3d4e5f60718', port: server.port })
      const file = join(profile, 'page.json')
      for (const [world, kept, why] of [[testWorld(), taken, 'there is no page'], [testWorld({ site }), taken, `The page cannot be served on port ${server.port}.`], [testWorld({ site }), '{', `${file} is damaged.`]] as const) {
        writeFileSync(file, kept)
        const running = run(['--profile', profile, 'start', '--web', '--network', 'local', '--json'], world)
        await world.printed(1)
        expect(world.lines()[0]).to.include({ event: 'ready' }).and.not.to.have.property('web')
        world.stop()
        expect(await running).to.equal(0)
        expect(world.errors().filter(({ note }) => String(note).startsWith(`The page is not served: ${why}`))).to.have.length(1)
      }
    })

    it('a port that another program has, and that was asked for, or that is none, ends it with the reason', async () => {
      const taken = await scene.as(['start', '--web', String(server.port), '--json'], { site })
      expect(taken.code).to.equal(1)
      expect(taken.errors().at(-1)?.error).to.include({ code: 'PORT_IN_USE' })
      expect((await scene.as(['start', '--web=abc'], { site })).code).to.equal(2)
      expect((await scene.as(['start', '--web', '70000'], { site })).code).to.equal(2)
    })
  })
})
