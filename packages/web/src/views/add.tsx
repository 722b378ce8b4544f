/** Meeting somebody: their link, id or QR code here; one's own to give away. */
import { Suspense, useEffect, useRef, useState } from 'react'
import { Form } from 'react-aria-components/Form'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { Waiting } from '../elements/empty.tsx'
import { Field } from '../elements/field.tsx'
import { useChats, useChatsState } from '../state/context.ts'
import { useText } from '../state/language.ts'
import { go } from '../state/route.ts'
import { useTask } from '../state/use-task.ts'
import { OwnLink } from './own-link.tsx'
import { Pane } from './pane.tsx'
import { late } from '../elements/late.tsx'

const Scanner = late(async () => (await import('../elements/scanner.tsx')).Scanner)

/** As long as a note to a stranger may be, characters. */
const MAX_NOTE = 280

export function Add ({ link }: { link: string }): ReactNode {
  const t = useText()
  return (
    <Pane title={t('add.title')}>
      <div className='column'>
        <Ask key={link} given={link} />
        {link === '' && <OwnLink invite />}
      </div>
    </Pane>
  )
}

function Ask ({ given }: { given: string }): ReactNode {
  const t = useText()
  const chats = useChats()
  const isUnnamed = useChatsState(state => state.self.name === '')
  const [isNameless] = useState(isUnnamed) // as it was when this was opened
  const [own, setOwn] = useState('')
  const [link, setLink] = useState(given)
  const [name, setName] = useState('')
  const [note, setNote] = useState('')
  const [scanning, setScanning] = useState(false)
  const [progress, setProgress] = useState('')
  const task = useTask()
  const ended = useRef(new AbortController())
  useEffect(() => () => { ended.current.abort() }, [])

  const add = async (): Promise<void> => {
    if (own.trim() !== '') await chats.rename(own.trim()) // before they are asked, who see it then
    const contact = await chats.messenger.contacts.add(link.trim(), {
      onProgress: setProgress,
      ...(name.trim() === '' ? {} : { name: name.trim() }),
      ...(note.trim() === '' ? {} : { note: note.trim() })
    })
    chats.putContact(contact)
    await chats.refresh()
    if (!ended.current.signal.aborted) go({ at: 'chat', who: contact.id }, { replace: true })
  }
  const ready = link.trim() !== ''
  return (
    <section className='card'>
      <h2>{given === '' ? t('add.theirs') : t('add.invited')}</h2>
      <p>{given === '' ? t('add.theirsLead') : t('add.invitedLead')}</p>
      {scanning
        ? (
          <>
            <Suspense fallback={<Waiting>{t('scan.starting')}</Waiting>}>
              <Scanner onFound={text => { setLink(text); setScanning(false) }} />
            </Suspense>
            <Button onPress={() => { setScanning(false) }}>{t('cancel')}</Button>
          </>
          )
        : (
          <Form className='column' onSubmit={event => { event.preventDefault(); if (ready) task.run(add) }}>
            <Field label={t('add.link')} value={link} onChange={value => { setLink(value); task.clear() }} placeholder='sotto:…' error={task.error} autoFocus={given === ''} />
            {ready && (
              <>
                {isNameless && <Field label={t('welcome.name')} value={own} onChange={setOwn} help={t('welcome.nameHelp')} maxLength={64} />}
                <Field label={t('add.name')} value={name} onChange={setName} help={t('add.nameHelp')} maxLength={64} />
                <Field label={t('add.note')} value={note} onChange={setNote} rows={3} help={t('add.noteHelp')} maxLength={MAX_NOTE} />
              </>
            )}
            <div className='actions'>
              <Button type='submit' kind='primary' isDisabled={!ready} isPending={task.busy}>{t('add.do')}</Button>
              {given === '' && <Button icon='camera' onPress={() => { setScanning(true) }}>{t('add.scan')}</Button>}
            </div>
            {task.busy && <p className='small' role='status'>{progress === '' ? t('add.waiting') : progress}</p>}
          </Form>
          )}
    </section>
  )
}
