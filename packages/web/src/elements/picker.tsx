/** One of a list that is as long as it is. */
import { Button } from 'react-aria-components/Button'
import { Label } from 'react-aria-components/Label'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { Popover } from 'react-aria-components/Popover'
import { Select, SelectValue } from 'react-aria-components/Select'
import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'

export interface PickerProps { label: string, value: string, options: ReadonlyArray<{ id: string, name: string }>, onChange: (id: string) => void }

export function Picker ({ label, value, options, onChange }: PickerProps): ReactNode {
  return (
    <Select className='field picker' value={value} onChange={key => { onChange(String(key)) }} isDisabled={options.length === 0}>
      <Label>{label}</Label>
      <Button className='picked'><SelectValue /><span className='opens' aria-hidden='true' /></Button>
      <Popover className='popover' placement='bottom start'>
        <ListBox className='menu' items={options}>
          {({ id, name }) => <ListBoxItem id={id} textValue={name}>{id === value ? <Icon name='check' /> : <span className='icon' />}{name}</ListBoxItem>}
        </ListBox>
      </Popover>
    </Select>
  )
}
