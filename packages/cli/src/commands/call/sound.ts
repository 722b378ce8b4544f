/** Whether a call that comes can be taken: said while one waits for it, and not when somebody rings. */
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { UsageError } from '@sotto/node/errors'
import type { CallAnswer } from '@sotto/node'
import type { Context } from '../../context.ts'

/** What the node looks for, too. */
const PROGRAMS = ['rec', 'ffmpeg']

function isThere (path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}

/** How the files begin that can be played. */
const BEGINNINGS = ['RIFF', 'OggS']

/** What plainly is no sound is told now; what else is the matter with it is found when it is decoded. */
function isSound (path: string): boolean {
  const file = openSync(path, 'r')
  try {
    const begin = Buffer.alloc(4)
    readSync(file, begin, 0, 4, 0)
    return BEGINNINGS.includes(begin.toString('latin1'))
  } finally {
    closeSync(file)
  }
}

/** @throws UsageError BAD_AUDIO */
export function checkSound ({ audio = 'default', record }: CallAnswer, { output, world }: Context): void {
  if (audio === 'default') {
    const places = (world.env.PATH ?? '').split(delimiter)
    if (!places.some(place => PROGRAMS.some(program => isThere(join(place, program), constants.X_OK)))) output.note('There is neither ffmpeg nor sox here, so no microphone: install one, or give a file: --audio FILE --record FILE')
  } else if (audio !== 'none' && !(isThere(audio, constants.R_OK) && statSync(audio).isFile())) {
    throw new UsageError('BAD_AUDIO', 'this file cannot be read', { hint: 'check the path of the sound: sotto call answer --audio FILE' })
  } else if (audio !== 'none' && !isSound(audio)) throw new UsageError('BAD_AUDIO', 'this sound cannot be played', { hint: 'give a WAV file (16-bit PCM) or an Ogg Opus file' })
  if (record !== undefined && !isThere(dirname(record), constants.W_OK)) throw new UsageError('BAD_AUDIO', 'this file cannot be written', { hint: 'choose another place: --record FILE' })
}
