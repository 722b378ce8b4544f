/** Whether a call that comes can be taken: said while one waits for it, and not when somebody rings. */
import { accessSync, constants, statSync } from 'node:fs'
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

/** @throws UsageError BAD_AUDIO */
export function checkSound ({ audio = 'default', record }: CallAnswer, { output, world }: Context): void {
  if (audio === 'default') {
    const places = (world.env.PATH ?? '').split(delimiter)
    if (!places.some(place => PROGRAMS.some(program => isThere(join(place, program), constants.X_OK)))) output.note('There is neither ffmpeg nor sox here, so no microphone: install one, or give a file: --audio FILE --record FILE')
  } else if (audio !== 'none' && !(isThere(audio, constants.R_OK) && statSync(audio).isFile())) {
    throw new UsageError('BAD_AUDIO', 'this file cannot be read', { hint: 'check the path of the sound: sotto call answer --audio FILE' })
  }
  if (record !== undefined && !isThere(dirname(record), constants.W_OK)) throw new UsageError('BAD_AUDIO', 'this file cannot be written', { hint: 'choose another place: --record FILE' })
}
