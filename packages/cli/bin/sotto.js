#!/usr/bin/env node
/*
 * Finds a Node that can run Sotto, and runs Sotto on it. Plain JavaScript without a build, so that npm can link it from
 * a fresh checkout and an old Node can read it: nothing here is newer than Node 14.
 *
 * - The Node in use serves if it is new enough; otherwise the one that the npm package `node` brought, looked for upwards.
 * - Where the process can be replaced (execve, Node 22.15), it is: one process less, and signals need no forwarding.
 * - Elsewhere the child gets the terminal and the signals; a channel tells it if this process was killed.
 */
import { spawn } from 'child_process'
import { existsSync } from 'fs'
import { homedir } from 'os'
import { dirname, join } from 'path'
import { isatty } from 'tty'
import { fileURLToPath } from 'url'

const NEEDED_MAJOR = 24
const TRANSFORM = '--experimental-transform-types'

const here = dirname(fileURLToPath(import.meta.url))
const source = join(here, '..', 'src', 'bin.ts')
const built = join(here, '..', 'dist', 'bin.js')
const fromSource = existsSync(source)

/** An odd Node that is newer, but dropped the flag, does not serve for running from source. */
function currentServes () {
  const major = Number(process.versions.node.split('.')[0])
  return major >= NEEDED_MAJOR && (!fromSource || process.allowedNodeEnvironmentFlags.has(TRANSFORM))
}

function findNode () {
  if (currentServes()) return process.execPath
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  for (let directory = here; ; directory = dirname(directory)) {
    for (const path of [join(directory, 'node_modules', 'node', 'bin', name), join(directory, 'node_modules', '.bin', name)]) {
      if (existsSync(path)) return path
    }
    if (directory === dirname(directory)) return undefined
  }
}

/** Compiled code is kept in a directory of the user's own: what lies in a shared one would be run as this user. */
function cacheDirectory () {
  if (process.platform === 'win32') return join(process.env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'Sotto', 'cache')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'Sotto')
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sotto')
}

function replaceProcess (command, args, env) {
  // execve is experimental and would say so on stderr, where errors belong
  process.removeAllListeners('warning')
  process.execve(command, [command].concat(args), env)
}

function runChild (command, args, env) {
  const child = spawn(command, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env, windowsHide: true })
  // A terminal sends these to the whole group: the child decides; others send them to us alone: pass them on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { if (signal !== 'SIGINT' || !isatty(0)) child.kill(signal) })
  child.on('error', error => {
    console.error('sotto: could not start ' + command + ': ' + error.message)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code === null ? 1 : code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

const node = findNode()
if (node === undefined) {
  console.error('sotto: Node ' + NEEDED_MAJOR + ' or newer is needed, and this is ' + process.version + '.')
  console.error('  Run `npm ci` where Sotto was cloned: it brings its own Node.')
  process.exit(1)
}

/*
 * Room for young objects, MiB: with V8's own 16 (which it doubles) a node that has done nothing but start keeps 35 MB of
 * it for ever; bursts are some 5 % slower with 4. Source maps of what is transformed cost 10 MB, for the sake of columns.
 */
const memory = ['--max-semi-space-size=4']
const flags = memory.concat(fromSource ? ['--conditions=source', TRANSFORM, '--no-enable-source-maps', '--disable-warning=ExperimentalWarning', source] : [built])
const args = flags.concat(process.argv.slice(2))
const env = Object.assign({}, process.env)
if (!env.NODE_COMPILE_CACHE && !env.NODE_DISABLE_COMPILE_CACHE) env.NODE_COMPILE_CACHE = cacheDirectory()

if (typeof process.execve === 'function' && process.platform !== 'win32') replaceProcess(node, args, env)
else runChild(node, args, env)
