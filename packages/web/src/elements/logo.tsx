/** The mark: something said, and the quiet line under it. */
import type { ReactNode } from 'react'

export function Logo (): ReactNode {
  return (
    <svg className='logo' viewBox='0 0 64 64' aria-hidden='true' focusable='false'>
      <rect width='64' height='64' rx='15' fill='#0b6b63' />
      <path d='M19 15h26a6 6 0 0 1 6 6v11a6 6 0 0 1-6 6H33l-9 7v-7h-5a6 6 0 0 1-6-6V21a6 6 0 0 1 6-6Z' fill='#fff' />
      <path d='M22 52h20' stroke='#8fd0c8' strokeWidth='4' strokeLinecap='round' />
    </svg>
  )
}
