/** The verbs, in the order of the help. Each is loaded only when it is called: a verb must not pay for the others. */
import type { Command } from '../context.ts'

export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./init/index.ts')).init,
  restore: async () => (await import('./restore/index.ts')).restore,
  phrase: async () => (await import('./phrase/index.ts')).phrase,
  id: async () => (await import('./id/index.ts')).id,
  start: async () => (await import('./start/index.ts')).start,
  stop: async () => (await import('./stop/index.ts')).stop,
  status: async () => (await import('./status/index.ts')).status,
  doctor: async () => (await import('./doctor/index.ts')).doctor,
  contact: async () => (await import('./contact/index.ts')).contact,
  request: async () => (await import('./request/index.ts')).request,
  send: async () => (await import('./send/index.ts')).send,
  edit: async () => (await import('./edit/index.ts')).edit,
  retract: async () => (await import('./retract/index.ts')).retract,
  react: async () => (await import('./react/index.ts')).react,
  history: async () => (await import('./history/index.ts')).history,
  search: async () => (await import('./search/index.ts')).search,
  inbox: async () => (await import('./inbox/index.ts')).inbox,
  listen: async () => (await import('./listen/index.ts')).listen,
  chat: async () => (await import('./chat/index.ts')).chat,
  call: async () => (await import('./call/index.ts')).call,
  mailbox: async () => (await import('./mailbox/index.ts')).mailbox,
  device: async () => (await import('./device/index.ts')).device,
  completion: async () => (await import('./completion/index.ts')).completion,
  man: async () => (await import('./man/index.ts')).man
}

export async function loadCommand (name: string): Promise<Command | undefined> {
  return Object.hasOwn(COMMANDS, name) ? await COMMANDS[name]?.() : undefined
}

/** All of them, for what is made from their tables: help, completion, the manual page. */
export async function allCommands (): Promise<Command[]> { return await Promise.all(Object.values(COMMANDS).map(async load => await load())) }
