import { handlers } from './handler.ts'
import { options } from './options.ts'
import type { Command } from '../../context.ts'

export const call: Command = { ...options, handlers }
