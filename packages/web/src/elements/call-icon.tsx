/** Icons of calls only: they load with their screens. */
import type { ReactNode } from 'react'

const SHAPES = {
  end: <path d='M3.5 14.8v-1.5c0-1 .6-1.8 1.5-2.2a17.5 17.5 0 0 1 14 0c.9.4 1.5 1.2 1.5 2.2v1.5l-4.3.9-1-2.7a12 12 0 0 0-6.4 0l-1 2.7Z' />,
  mic: <path d='M12 3.5A2.5 2.5 0 0 0 9.5 6v5a2.5 2.5 0 0 0 5 0V6A2.5 2.5 0 0 0 12 3.5ZM6 11a6 6 0 0 0 12 0M12 17v3.5' />,
  'mic-off': <path d='M14.5 9V6a2.5 2.5 0 0 0-4.8-.9M9.5 9.5V11a2.5 2.5 0 0 0 3.7 2.2M6 11a6 6 0 0 0 9.8 4.6M18 11c0 .9-.2 1.7-.5 2.4M12 17v3.5M4 4l16 16' />,
  camera: <path d='M4.5 6.5h9A1.5 1.5 0 0 1 15 8v8a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 3 16V8a1.5 1.5 0 0 1 1.5-1.5ZM15 11l6-3.5v9L15 13' />,
  'camera-off': <path d='M10 6.5h3.5A1.5 1.5 0 0 1 15 8v3l6-3.5v9l-3-1.7M15 15v1a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 3 16V8c0-.8.6-1.4 1.4-1.5M4 4l16 16' />,
  screen: <path d='M4.5 5h15A1.5 1.5 0 0 1 21 6.5v8a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 14.5v-8A1.5 1.5 0 0 1 4.5 5ZM12 13.5V8M9.5 10.3 12 7.8l2.5 2.5M8.5 19.5h7' />,
  shrink: <path d='M4 5.5h16v13H4ZM12.5 12.5H20v6' />,
  grow: <path d='M13.5 4.5h6v6M19.5 4.5l-6.5 6.5M10.5 19.5h-6v-6M4.5 19.5 11 13' />,
  sliders: <path d='M4 7.5h9M17 7.5h3M4 16.5h3M11 16.5h9M15 5.2a2.3 2.3 0 1 1 0 4.6 2.3 2.3 0 0 1 0-4.6ZM9 14.2a2.3 2.3 0 1 1 0 4.6 2.3 2.3 0 0 1 0-4.6Z' />
} satisfies Record<string, ReactNode>

export type CallIconName = keyof typeof SHAPES

export function CallIcon ({ name }: { name: CallIconName }): ReactNode {
  return <svg className='icon' viewBox='0 0 24 24' aria-hidden='true' focusable='false'>{SHAPES[name]}</svg>
}
