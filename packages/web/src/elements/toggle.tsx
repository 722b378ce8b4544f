/** On or off, at once. */
import { Switch } from 'react-aria-components/Switch'
import type { ReactNode } from 'react'

export function Toggle ({ children, isSelected, isDisabled = false, onChange }: { children: ReactNode, isSelected: boolean, isDisabled?: boolean, onChange: (on: boolean) => void }): ReactNode {
  return (
    <Switch className='switch' isSelected={isSelected} isDisabled={isDisabled} onChange={onChange}>
      <span>{children}</span>
      <span className='track' aria-hidden='true' />
    </Switch>
  )
}
