/** In the place of the composer where this browser was removed: why nothing can be written, and what was begun before, to take elsewhere. */
import type { ReactNode } from 'react'
import { CopyButton } from '../elements/copy-button.tsx'
import { useText } from '../state/language.ts'
import { draftOf } from './composer.tsx'
import type { IdentityId } from '@sotto/node'

export function ComposerClosed ({ who }: { who: IdentityId }): ReactNode {
  const t = useText()
  const draft = draftOf(who)
  return (
    <div className='composer-closed'>
      <p>{t('revoked.composer')}</p>
      {draft.trim() !== '' && (
        <section className='unsaid' aria-label={t('revoked.draft')}>
          <p className='small'>{t('revoked.draft')}</p>
          <p className='words' dir='auto' tabIndex={0}>{draft}</p>
          <CopyButton text={draft} label={t('message.copy')} />
        </section>
      )}
    </div>
  )
}
