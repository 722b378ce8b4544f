/** Buttons with words, and buttons with an icon whose words stand in a tooltip and the label. */
import { Button as AriaButton } from 'react-aria-components/Button'
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip'
import type { ReactNode, Ref } from 'react'
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'

type Kind = 'default' | 'primary' | 'danger' | 'plain'

export interface ButtonProps {
  children: ReactNode
  kind?: Kind
  icon?: IconName | undefined
  wide?: boolean
  type?: 'button' | 'submit'
  autoFocus?: boolean
  isDisabled?: boolean
  /** at work: shown, and pressed no second time */
  isPending?: boolean
  slot?: string
  onPress?: () => void
}

export function Button ({ children, kind = 'default', icon, wide = false, isPending = false, onPress, ...rest }: ButtonProps): ReactNode {
  return (
    <AriaButton {...rest} {...(onPress === undefined ? {} : { onPress })} isPending={isPending} className={`button ${kind}${wide ? ' wide' : ''}`}>
      {isPending ? <span className='spinner' aria-hidden='true' /> : icon !== undefined && <Icon name={icon} />}
      {children}
    </AriaButton>
  )
}

export interface IconButtonProps {
  icon: IconName
  label: string
  className?: string
  isDisabled?: boolean
  slot?: string
  autoFocus?: boolean
  ref?: Ref<HTMLButtonElement>
  onPress?: () => void
}

export function IconButton ({ icon, label, className = '', onPress, ...rest }: IconButtonProps): ReactNode {
  return (
    <TooltipTrigger delay={600} closeDelay={0}>
      <AriaButton {...rest} {...(onPress === undefined ? {} : { onPress })} aria-label={label} className={`icon-button ${className}`}><Icon name={icon} /></AriaButton>
      <Tooltip className='tooltip' offset={6}>{label}</Tooltip>
    </TooltipTrigger>
  )
}
