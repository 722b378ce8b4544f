/** A labelled line or box of text, with help under it or what is wrong. */
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { Text } from 'react-aria-components/Text'
import { TextArea } from 'react-aria-components/TextArea'
import { TextField } from 'react-aria-components/TextField'
import type { ReactNode } from 'react'

export interface FieldProps {
  label: string
  value: string
  onChange: (value: string) => void
  help?: string | undefined
  error?: string | undefined
  placeholder?: string
  rows?: number
  type?: 'text' | 'password'
  maxLength?: number
  autoFocus?: boolean
  autoComplete?: string
}

export function Field ({ label, value, onChange, help, error, placeholder, rows, type = 'text', maxLength, autoFocus = false, autoComplete = 'off' }: FieldProps): ReactNode {
  const shared = placeholder === undefined ? {} : { placeholder }
  return (
    // 'aria': what was wrong is said, and stops nobody from sending what was put right since
    <TextField className='field' validationBehavior='aria' value={value} onChange={onChange} isInvalid={error !== undefined} type={type} autoComplete={autoComplete} spellCheck='false' {...(autoFocus ? { autoFocus } : {})} {...(maxLength === undefined ? {} : { maxLength })}>
      <Label>{label}</Label>
      {rows === undefined ? <Input {...shared} /> : <TextArea rows={rows} {...shared} />}
      {error !== undefined
        ? <Text slot='errorMessage' className='error' elementType='p' role='alert'>{error}</Text>
        : help !== undefined && <Text slot='description' className='help' elementType='p'>{help}</Text>}
    </TextField>
  )
}
