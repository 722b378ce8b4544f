/** Stays as long as this browser does: it was removed from the devices of its owner, and what one can do then. */
import { useState } from 'react'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { Confirm } from '../elements/dialog.tsx'
import { Icon } from '../elements/icon.tsx'
import { useSession } from '../state/context.ts'
import { useText } from '../state/language.ts'
import { useTask } from '../state/use-task.ts'

export function Revoked (): ReactNode {
  const t = useText()
  const session = useSession()
  const task = useTask()
  const [asked, setAsked] = useState(false)
  return (
    <div className='notice danger put-out' role='alert'>
      <Icon name='block' />
      <div>{t('revoked.lead')}</div>
      <Button kind='danger' icon='trash' onPress={() => { setAsked(true) }}>{t('revoked.erase')}</Button>
      {asked && (
        <Confirm title={t('revoked.title')} action={t('erase.do')} isPending={task.busy} onClose={() => { setAsked(false) }} onConfirm={() => { task.run(async () => session.erase()) }}>
          <p>{t('revoked.kept')}</p>
          {task.error !== undefined && <p className='error-text' role='alert'>{task.error}</p>}
        </Confirm>
      )}
    </div>
  )
}
