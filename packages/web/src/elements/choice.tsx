/** One of a few: radio buttons that look like one control. */
import { Label } from 'react-aria-components/Label'
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup'
import type { ReactNode } from 'react'

export interface ChoiceProps<T extends string> { label: string, value: T, options: ReadonlyArray<{ value: T, label: string }>, onChange: (value: T) => void }

export function Choice<T extends string> ({ label, value, options, onChange }: ChoiceProps<T>): ReactNode {
  return (
    <RadioGroup className='switch' orientation='horizontal' value={value} onChange={next => { onChange(next as T) }}>
      <Label>{label}</Label>
      <span className='choice'>
        {options.map(option => <Radio key={option.value} value={option.value} className='option'>{option.label}</Radio>)}
      </span>
    </RadioGroup>
  )
}
