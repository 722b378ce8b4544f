/** The recovery phrase, at the one moment when everybody must see it. */
import { useState } from 'react'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { CopyButton } from '../elements/copy-button.tsx'
import { Icon } from '../elements/icon.tsx'
import { Toggle } from '../elements/toggle.tsx'
import { useSession } from '../state/context.ts'
import { useText } from '../state/language.ts'
import { setPreferences } from '../state/preferences.ts'

export function PhraseWords ({ phrase }: { phrase: string }): ReactNode {
  const t = useText()
  return <ol className='phrase' aria-label={t('phrase.label')}>{phrase.split(' ').map((word, at) => <li key={at}>{word}</li>)}</ol>
}

export function PhraseShown ({ phrase }: { phrase: string }): ReactNode {
  const t = useText()
  const session = useSession()
  const [kept, setKept] = useState(false)
  const goOn = (): void => {
    setPreferences({ phraseKept: kept })
    void session.open()
  }
  return (
    <main className='welcome'>
      <div className='card broad'>
        <div className='head'>
          <h1>{t('phrase.title')}</h1>
          <p>{t('phrase.lead')}</p>
        </div>
        <PhraseWords phrase={phrase} />
        <div className='notice warn'><Icon name='alert' /><div>{t('phrase.warning')}</div></div>
        <Toggle isSelected={kept} onChange={setKept}>{t('phrase.kept')}</Toggle>
        <Button kind='primary' wide isDisabled={!kept} onPress={goOn}>{t('phrase.go')}</Button>
        <div className='below'>
          <CopyButton text={phrase} label={t('phrase.copy')} />
          <Button kind='plain' onPress={goOn}>{t('phrase.later')}</Button>
        </div>
      </div>
    </main>
  )
}
