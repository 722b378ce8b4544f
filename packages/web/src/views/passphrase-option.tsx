/** A passphrase for this device, for those who share it with others: asked each time that the app opens. */
import { useState } from 'react'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { Field } from '../elements/field.tsx'
import { useText } from '../state/language.ts'

export function PassphraseOption ({ value, onChange }: { value: string, onChange: (value: string) => void }): ReactNode {
  const t = useText()
  const [shown, setShown] = useState(false)
  if (!shown) return <Button kind='plain' icon='lock' onPress={() => { setShown(true) }}>{t('passphrase.add')}</Button>
  return <Field label={t('locked.passphrase')} type='password' value={value} onChange={onChange} help={t('passphrase.help')} autoFocus autoComplete='new-password' />
}
