/** Where there is nothing yet: what this place is for, and what to do next. */
import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'

export function Empty ({ icon, title, children, actions }: { icon: IconName, title: string, children?: ReactNode, actions?: ReactNode }): ReactNode {
  return (
    <div className='empty'>
      <div className='art'><Icon name={icon} /></div>
      <h2>{title}</h2>
      {children !== undefined && <p>{children}</p>}
      {actions !== undefined && <div className='actions'>{actions}</div>}
    </div>
  )
}

/** Something is under way: says what is waited for. */
export function Waiting ({ children }: { children: ReactNode }): ReactNode {
  return <div className='empty' role='status'><span className='spinner' aria-hidden='true' /><p>{children}</p></div>
}
