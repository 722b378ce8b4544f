/** What one gives away to be found: link and QR code. */
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { CopyButton } from '../elements/copy-button.tsx'
import { Waiting } from '../elements/empty.tsx'
import { QrCode } from '../elements/qr-code.tsx'
import { useChats } from '../state/context.ts'
import { describeError } from '../state/errors.ts'
import { useText } from '../state/language.ts'
import { shareable } from '../state/share.ts'

/** `invite`: with a token for the one who gets it first, whose request then costs no work. */
export function OwnLink ({ invite = false }: { invite?: boolean }): ReactNode {
  const t = useText()
  const chats = useChats()
  /** as an address to open, where there is a page for it; bare; and with fewer addresses, for a camera */
  const [{ link, bare, code }, setLinks] = useState<{ link?: string, bare?: string, code?: string }>({})
  const [failed, setFailed] = useState<string>()
  useEffect(() => {
    const ended = new AbortController()
    // addresses change: what is shown is asked for when it is shown
    chats.messenger.self({ invite, signal: ended.signal }).then(self => { setLinks({ link: self.webLink ?? shareable(self.link), bare: self.link, code: self.short?.webLink ?? shareable(self.short?.link ?? self.link) }) }, (error: unknown) => { if (!ended.signal.aborted) setFailed(describeError(error)) })
    return () => { ended.abort() }
  }, [chats, invite])
  return (
    <section className='card'>
      <h2>{t('own.title')}</h2>
      {failed !== undefined && <p className='error-text' role='alert'>{failed}</p>}
      {link === undefined
        ? failed === undefined && <Waiting>{t('own.loading')}</Waiting>
        : (
          <div className='with-code'>
            <QrCode text={code ?? link} label={t('own.qr')} />
            <div className='column'>
              <p>{t('own.lead')}</p>
              <div className='link-box'><span className='mono'>{link}</span></div>
              <div className='actions'>
                <CopyButton text={link} label={t('own.copy')} />
                {bare !== undefined && bare !== link && <CopyButton text={bare} label={t('own.copyBare')} />}
                {'share' in navigator && <Button onPress={() => { navigator.share({ title: 'Sotto', text: link }).catch(() => undefined) }}>{t('own.share')}</Button>}
              </div>
            </div>
          </div>
          )}
    </section>
  )
}
