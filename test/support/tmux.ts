/** A terminal for tests: tmux, with a server of its own. Its screens are kept in test/artifacts/screens. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { PATIENCE_MS } from './patience.ts'
import { commandLine } from './process.ts'
import type { House } from './process.ts'

const SCREENS = fileURLToPath(new URL('../artifacts/screens', import.meta.url))
/** Between two looks at the screen, ms. */
const LOOK_MS = 50

export interface TerminalOptions { columns?: number, rows?: number, env?: Record<string, string> }

function quoted (word: string): string { return `'${word.replaceAll("'", "'\\''")}'` }

async function run (args: readonly string[], input?: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const child = execFile('tmux', args, { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`tmux ${args.join(' ')}: ${stderr}`, { cause: error }))
    })
    child.stdin?.on('error', () => {}) // its exit code says more
    child.stdin?.end(input ?? '')
  })
}

/** @throws where tmux is not installed: the screens are not tested then, and that must be seen */
export function needTmux (): void {
  if (spawnSync('tmux', ['-V']).status !== 0) throw new Error('install tmux: the full-screen conversation is tested in it (apt-get install tmux)')
}

export class Terminal {
  readonly #server: readonly string[]

  private constructor (socket: string) { this.#server = ['-S', socket, '-f', '/dev/null'] }

  /** `sotto …` of a person of this house on a terminal; what ran before it stands above it. */
  static async open (house: House, name: string, args: readonly string[], { columns = 90, rows = 24, env = {} }: TerminalOptions = {}): Promise<Terminal> {
    needTmux()
    const home = house.home(name)
    const { argv, env: whole, cwd } = commandLine(home, ['--profile', join(home, 'profile'), ...args], { TERM: 'screen-256color', ...env })
    const terminal = new Terminal(join(home, `tmux-${Math.random().toString(36).slice(2, 8)}`))
    house.onClose(async () => { await terminal.close() })
    const settings = Object.entries(whole).map(([key, value]) => quoted(`${key}=${value ?? ''}`))
    const script = `echo before; env -i ${settings.join(' ')} ${argv.map(quoted).join(' ')}; echo "ended with $?"; exec cat`
    await run([...terminal.#server, 'new-session', '-d', '-x', String(columns), '-y', String(rows), '-c', cwd, `exec sh -c ${quoted(script)}`])
    return terminal
  }

  async #tmux (...args: string[]): Promise<string> { return await run([...this.#server, ...args]) }

  /** The rows as they are seen. */
  async screen (): Promise<string[]> { return (await this.#tmux('capture-pane', '-p')).replace(/\n$/, '').split('\n') }

  /** With the colours, as escape sequences. */
  async colours (): Promise<string> { return await this.#tmux('capture-pane', '-p', '-e') }

  async format (format: string): Promise<string> { return (await this.#tmux('display-message', '-p', format)).trim() }

  /** Keys by tmux's names: Enter, Up, C-g, PageUp. */
  async keys (...keys: string[]): Promise<void> { await this.#tmux('send-keys', ...keys) }

  async type (text: string): Promise<void> { await this.#tmux('send-keys', '-l', text) }

  /** As a terminal pastes: in brackets, where the program asked for them. */
  async paste (text: string): Promise<void> {
    await run([...this.#server, 'load-buffer', '-'], text)
    await this.#tmux('paste-buffer', '-p')
  }

  async resize (columns: number, rows: number): Promise<void> { await this.#tmux('resize-window', '-x', String(columns), '-y', String(rows)) }

  /** The screen once `holds`. @throws with the last screen */
  async until (what: string, holds: (screen: string[]) => boolean, timeoutMs = PATIENCE_MS): Promise<string[]> {
    const end = performance.now() + timeoutMs
    for (;;) {
      const screen = await this.screen()
      if (holds(screen)) return screen
      if (performance.now() > end) throw new Error(`${what}: not on the screen within ${timeoutMs} ms\n${screen.join('\n')}`)
      await pause(LOOK_MS)
    }
  }

  async shows (text: string | RegExp, timeoutMs?: number): Promise<string[]> {
    return await this.until(String(text), screen => screen.some(row => typeof text === 'string' ? row.includes(text) : text.test(row)), timeoutMs)
  }

  async lacks (text: string, timeoutMs?: number): Promise<string[]> {
    return await this.until(`no ${text}`, screen => !screen.some(row => row.includes(text)), timeoutMs)
  }

  /** Keeps what is seen now, for people to look at. */
  async keep (name: string): Promise<string[]> {
    const screen = await this.screen()
    mkdirSync(SCREENS, { recursive: true })
    writeFileSync(join(SCREENS, `${name}.txt`), `${screen.join('\n')}\n`)
    return screen
  }

  /** The process that runs in it. */
  async pid (): Promise<number> {
    const shell = await this.format('#{pane_pid}')
    return Number(readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ')[0])
  }

  async close (): Promise<void> {
    await this.#tmux('kill-server').catch(() => {}) // it may have ended by itself
  }
}
