import { handler } from './handler.ts'
import { options } from './options.ts'
import type { Command } from '../../context.ts'

export const search: Command = { ...options, handlers: { '': handler } }
