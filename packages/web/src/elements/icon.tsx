/** The house's own icons: strokes on a 24-unit grid. Decoration only: what they mean stands in the label of what holds them. */
import type { ReactNode } from 'react'

const SHAPES = {
  add: <path d='M12 5v14M5 12h14' />,
  alert: <path d='M12 8.5v4.5M12 16.4v.1M10.6 4.2 3.2 17.4A1.6 1.6 0 0 0 4.6 19.8h14.8a1.6 1.6 0 0 0 1.4-2.4L13.4 4.2a1.6 1.6 0 0 0-2.8 0Z' />,
  back: <path d='m14.5 5.5-6.5 6.5 6.5 6.5' />,
  block: <path d='M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM6 6l12 12' />,
  camera: <path d='M4 8.5a2 2 0 0 1 2-2h2l1.4-2h5.2l1.4 2h2a2 2 0 0 1 2 2v8.5a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2ZM12 9.5a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4Z' />,
  check: <path d='m5 12.5 4.5 4.5L19 7.5' />,
  checks: <path d='m2.5 12.5 4.2 4.2 8.5-9.2M11.5 15.5l1.3 1.2 8.7-9.2' />,
  clock: <path d='M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 8v4.3l2.8 1.7' />,
  close: <path d='m6.5 6.5 11 11M17.5 6.5l-11 11' />,
  copy: <path d='M9 8.5h9a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5H9A1.5 1.5 0 0 1 7.5 19v-9A1.5 1.5 0 0 1 9 8.5ZM4.5 15V5A1.5 1.5 0 0 1 6 3.5h9' />,
  device: <path d='M5 5.5h14A1.5 1.5 0 0 1 20.5 7v8.5H3.5V7A1.5 1.5 0 0 1 5 5.5ZM2 18.8h20' />,
  down: <path d='M12 5v13.5M6 12.8l6 6 6-6' />,
  edit: <path d='m4 20 .9-4.2L16.2 4.5a1.7 1.7 0 0 1 2.4 0l.9.9a1.7 1.7 0 0 1 0 2.4L8.2 19.1ZM14 6.7l3.3 3.3' />,
  inbox: <path d='M3.5 13.5 6.2 5.6a1.6 1.6 0 0 1 1.5-1.1h8.6a1.6 1.6 0 0 1 1.5 1.1l2.7 7.9v4.4a1.6 1.6 0 0 1-1.6 1.6H5.1a1.6 1.6 0 0 1-1.6-1.6ZM3.5 13.5h4.7l1.3 2.5h5l1.3-2.5h4.7' />,
  info: <path d='M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 11v5M12 8v.1' />,
  link: <path d='M10 14a4 4 0 0 0 5.9.3l2.8-2.8A4 4 0 0 0 13 5.8l-1.3 1.3M14 10a4 4 0 0 0-5.9-.3l-2.8 2.8a4 4 0 0 0 5.7 5.7l1.3-1.3' />,
  lock: <path d='M7 10.5h10a1.5 1.5 0 0 1 1.5 1.5v6.5A1.5 1.5 0 0 1 17 20H7a1.5 1.5 0 0 1-1.5-1.5V12A1.5 1.5 0 0 1 7 10.5ZM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5' />,
  mailbox: <path d='M4 8.5A2.5 2.5 0 0 1 6.5 6h11A2.5 2.5 0 0 1 20 8.5v9H4ZM4.3 8l7.7 5.5L19.7 8' />,
  message: <path d='M5.5 4.5h13a2 2 0 0 1 2 2v8.5a2 2 0 0 1-2 2h-6.3L8 20.5V17H5.5a2 2 0 0 1-2-2V6.5a2 2 0 0 1 2-2Z' />,
  more: <path d='M5.5 12h.01M12 12h.01M18.5 12h.01' strokeWidth='2.8' />,
  handset: <path d='M6.8 4.2 9 3.8l1.8 4.3-2 1.6a12 12 0 0 0 5.5 5.5l1.6-2 4.3 1.8-.4 2.2a2.2 2.2 0 0 1-2.2 1.9C10.5 19 5 13.5 4.9 6.4a2.2 2.2 0 0 1 1.9-2.2Z' />,
  video: <path d='M4.5 6.5h9A1.5 1.5 0 0 1 15 8v8a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 3 16V8a1.5 1.5 0 0 1 1.5-1.5ZM15 11l6-3.5v9L15 13' />,
  phone: <path d='M8 3.5h8A1.5 1.5 0 0 1 17.5 5v14a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 19V5A1.5 1.5 0 0 1 8 3.5ZM11 17.5h2' />,
  react: <path d='M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM8.5 14a4.3 4.3 0 0 0 7 0M9 9.5v.1M15 9.5v.1' />,
  reply: <path d='M9.5 6 4 11.5 9.5 17M4 11.5h9.5a6 6 0 0 1 6 6V18' />,
  search: <path d='M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.3 15.3 20 20' />,
  send: <path d='M12 19V5.5M6 11.5l6-6 6 6' strokeWidth='2.2' />,
  settings: <path d='M4 7h9M18 7h2M4 17h2M11 17h9M15.5 4.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5ZM8.5 14.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z' />,
  shield: <path d='M12 3.5 5 6v5.5c0 4.3 2.9 7.5 7 9 4.1-1.5 7-4.7 7-9V6ZM8.8 12l2.3 2.3 4.2-4.5' />,
  trash: <path d='M4.5 6.5h15M9.5 6V4.5h5V6M6.5 6.5l.8 12a1.5 1.5 0 0 0 1.5 1.5h6.4a1.5 1.5 0 0 0 1.5-1.5l.8-12M10 10.5v5.5M14 10.5v5.5' />,
  user: <path d='M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20c.6-3.8 3.6-6 7.5-6s6.9 2.2 7.5 6' />,
  note: <path d='M6.5 3.5h8l4 4v11a2 2 0 0 1-2 2h-10a2 2 0 0 1-2-2v-13a2 2 0 0 1 2-2ZM8.5 11h7M8.5 15h4.5' />
} satisfies Record<string, ReactNode>

export type IconName = keyof typeof SHAPES

export function Icon ({ name, small = false }: { name: IconName, small?: boolean }): ReactNode {
  return <svg className={small ? 'icon s' : 'icon'} viewBox='0 0 24 24' aria-hidden='true' focusable='false'>{SHAPES[name]}</svg>
}
