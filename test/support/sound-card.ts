/** A microphone and a speaker for a `sotto` process on a machine that has none: see sound-card.child.ts. */
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseLines } from './process.ts'
import type { Heard } from './sound-card.child.ts'

const CHILD = fileURLToPath(new URL('./sound-card.child.ts', import.meta.url))

export interface SoundCard {
  /** what the process is started with, to find it */
  env: Record<string, string>
  heard: () => Heard[]
}

/** @param hz what the microphone hears; `hears`: what is looked for at the speaker */
export async function soundCard (directory: string, name: string, hz: number, hears: number): Promise<SoundCard> {
  const bin = join(directory, `${name}-sound`)
  await mkdir(bin, { recursive: true })
  for (const program of ['rec', 'play']) {
    const path = join(bin, program)
    await writeFile(path, `#!/bin/sh\nexec '${process.execPath}' --disable-warning=ExperimentalWarning '${CHILD}' ${program}\n`)
    await chmod(path, 0o755)
  }
  const log = join(bin, 'heard.jsonl')
  return {
    env: { PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, SOUND_CARD_HZ: String(hz), SOUND_CARD_HEARS: String(hears), SOUND_CARD_LOG: log },
    heard: () => existsSync(log) ? parseLines<Heard>(readFileSync(log, 'utf8')) : []
  }
}
