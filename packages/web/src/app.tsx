/** Which screen, by how far the session came. */
import type { ReactNode } from 'react'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { ChatsContext, SessionContext } from './state/context.ts'
import { useLanguage } from './state/language.ts'
import { useStore } from './state/store.ts'
import { Failed, Locked, Opening } from './views/phases.tsx'
import { PhraseShown } from './views/phrase.tsx'
import { Shell } from './views/shell.tsx'
import { Welcome } from './views/welcome.tsx'
import type { Session } from './state/session.ts'

export function App ({ session }: { session: Session }): ReactNode {
  const language = useLanguage()
  return (
    <I18nProvider locale={language}>
      <SessionContext value={session}><Phase session={session} /></SessionContext>
    </I18nProvider>
  )
}

function Phase ({ session }: { session: Session }): ReactNode {
  const now = useStore(session.store, state => state.now)
  switch (now.phase) {
    case 'opening': return <Opening />
    case 'welcome': return <Welcome />
    case 'phrase': return <PhraseShown phrase={now.phrase} />
    case 'locked': return <Locked key={String(now.wrong)} wrong={now.wrong} onAnswer={passphrase => { now.answer(passphrase) }} />
    case 'failed': return <Failed message={now.message} code={now.code} />
    case 'ready': return <ChatsContext value={now.chats}><Shell /></ChatsContext>
  }
}
