import { join, resolve } from 'node:path'
import type { Values } from './values.ts'
import type { World } from './world.ts'

/** The platform's data directory (XDG base directories; Apple's and Microsoft's equivalents). */
function dataDirectory ({ env, home, platform }: World): string {
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Sotto', 'profile')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Sotto')
  const xdg = env.XDG_DATA_HOME
  // XDG: a relative path is invalid and to be ignored
  return join(xdg !== undefined && xdg.startsWith('/') ? xdg : join(home, '.local', 'share'), 'sotto')
}

/** Option over environment over default; absolute. */
export function resolveProfile (values: Values, world: World): string {
  const given = values.text('profile') ?? world.env.SOTTO_PROFILE
  return given === undefined || given === '' ? dataDirectory(world) : resolve(world.cwd, given)
}
