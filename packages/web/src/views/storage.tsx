/** Where the messages are kept, how much room they take, and whether the browser promised not to clear it. */
import { useEffect, useState } from 'react'
import { Meter } from 'react-aria-components/Meter'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { Icon } from '../elements/icon.tsx'
import { useChatsState } from '../state/context.ts'
import { sizeOf } from '../state/format.ts'
import { useText } from '../state/language.ts'
import { askToPersist, storageOf } from '../state/storage.ts'
import type { StorageView } from '../state/storage.ts'

export function Storage (): ReactNode {
  const t = useText()
  const stored = useChatsState(state => state.status?.storeBytes)
  const [view, setView] = useState<StorageView>()
  const [refused, setRefused] = useState(false)
  useEffect(() => {
    let ended = false
    storageOf().then(next => { if (!ended) setView(next) }, () => undefined) // a browser that does not say: nothing is shown of it
    return () => { ended = true }
  }, [])
  const ask = async (): Promise<void> => {
    const persistent = await askToPersist()
    setRefused(!persistent)
    setView(await storageOf())
  }
  const used = Math.max(stored ?? 0, view?.used ?? 0)
  return (
    <section className='card'>
      <h2>{t('storage.title')}</h2>
      <p>{t('storage.lead')}</p>
      <dl className='facts'>
        <div><dt>{t('storage.used')}</dt><dd>{sizeOf(used)}</dd></div>
        {view !== undefined && view.quota > 0 && <div><dt>{t('storage.quota')}</dt><dd>{sizeOf(view.quota)}</dd></div>}
        <div><dt>{t('storage.kept')}</dt><dd>{view?.persistent === true ? t('storage.persistent') : t('storage.clearable')}</dd></div>
      </dl>
      {view !== undefined && view.quota > 0 && <Meter className='progress' aria-label={t('storage.used')} value={Math.min(100, used / view.quota * 100)}>{({ percentage }) => <div className='filled' style={{ width: `${Math.max(1, percentage)}%` }} />}</Meter>}
      {view?.persistent === false && (
        <>
          <div className='notice warn'><Icon name='alert' /><div>{refused ? t('storage.refused') : t('storage.risk')}</div></div>
          <div className='actions'><Button onPress={() => { void ask() }}>{t('storage.ask')}</Button></div>
        </>
      )}
    </section>
  )
}
