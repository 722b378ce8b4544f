/** Which build this is. A new one is shown with its hash, and waits until one agrees. */
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { Icon } from '../elements/icon.tsx'
import { useText } from '../state/language.ts'
import { useStore } from '../state/store.ts'
import { takeUpdate, update } from '../state/update.ts'
import { Part } from './settings-part.tsx'

export function Version (): ReactNode {
  const t = useText()
  const { current, waiting } = useStore(update, value => value)
  return (
    <Part name='version' title={t('version.title')}>
      <p>{t('version.lead')}</p>
      <dl className='facts'><div><dt>{t('version.this')}</dt><dd className='mono'>{current ?? t('version.none')}</dd></div></dl>
      {waiting !== undefined && (
        <>
          <div className='notice'><Icon name='info' /><div>{t('version.waiting')}<p className='mono'>{waiting}</p></div></div>
          <div className='actions'><Button kind='primary' onPress={takeUpdate}>{t('version.take')}</Button></div>
        </>
      )}
    </Part>
  )
}
