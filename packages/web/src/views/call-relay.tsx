/** What a call tells of where one is: a relay server of one's own choice, and whom addresses are hidden from. */
import { useEffect, useState } from 'react'
import { Form } from 'react-aria-components/Form'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { Waiting } from '../elements/empty.tsx'
import { Field } from '../elements/field.tsx'
import { Toggle } from '../elements/toggle.tsx'
import { useCallWords } from '../state/call-words.ts'
import { useChats } from '../state/context.ts'
import { useText } from '../state/language.ts'
import { serverOf, troubleOfRelay } from '../state/relay.machine.ts'
import { useTask } from '../state/use-task.ts'
import type { RelayFields } from '../state/relay.machine.ts'
import type { CallSettings } from '@sotto/node'

const NOTHING: RelayFields = { server: '', username: '', credential: '' }

export function CallRelay (): ReactNode {
  const w = useCallWords()
  const { messenger } = useChats()
  const [settings, setSettings] = useState<CallSettings>()
  const task = useTask()
  useEffect(() => {
    let gone = false
    messenger.calls.settings().then(kept => { if (!gone) setSettings(kept) }, () => undefined) // asked again when one comes back
    return () => { gone = true }
  }, [messenger])
  const hasRelay = settings?.servers.some(({ url }) => /^turns?:/i.test(url)) === true
  return (
    <section className='card'>
      <h2>{w('relay.title')}</h2>
      <p>{w('relay.lead')}</p>
      {settings === undefined
        ? <Waiting>{w('relay.title')}</Waiting>
        : (
          <>
            <RelayForm key={JSON.stringify(settings.servers)} settings={settings} onChange={setSettings} />
            <Toggle isSelected={hasRelay && settings.hide} isDisabled={!hasRelay} onChange={hide => { task.run(async () => { setSettings(await messenger.calls.configure({ hide })) }) }}>{w('relay.hide')}</Toggle>
            <p className='small'>{w(hasRelay ? settings.hide ? 'relay.hidesAll' : 'relay.hidesSome' : 'relay.hidesNone')}</p>
          </>
          )}
    </section>
  )
}

function RelayForm ({ settings, onChange }: { settings: CallSettings, onChange: (settings: CallSettings) => void }): ReactNode {
  const w = useCallWords()
  const t = useText()
  const { messenger } = useChats()
  const [kept] = settings.servers
  const [fields, setFields] = useState<RelayFields>({ ...NOTHING, server: kept?.url ?? '', username: kept?.username ?? '' })
  const [shown, setShown] = useState(false)
  const task = useTask()
  const same = kept !== undefined && serverOf(fields.server) === kept.url && fields.username.trim() === (kept.username ?? '')
  const trouble = troubleOfRelay(fields, same)
  const changed = !(same || (kept === undefined && fields.server === '')) || fields.credential !== ''
  const field = (name: keyof RelayFields) => ({ value: fields[name], onChange: (text: string) => { setFields({ ...fields, [name]: text }) }, error: shown && trouble?.field === name ? w(trouble.words) : undefined })
  const save = (): void => {
    setShown(true)
    if (trouble !== undefined) return
    const { username, credential } = fields
    task.run(async () => { onChange(await messenger.calls.configure({ server: serverOf(fields.server), username: username.trim(), ...(credential === '' ? {} : { credential }) })) })
  }
  return (
    <Form className='column' onSubmit={event => { event.preventDefault(); save() }}>
      <Field label={w('relay.server')} help={w('relay.serverHelp')} maxLength={300} {...field('server')} />
      <Field label={w('relay.username')} maxLength={508} {...field('username')} />
      <Field label={w('relay.credential')} type='password' maxLength={508} {...(same ? { help: w('relay.credentialKept') } : {})} {...field('credential')} />
      {task.error !== undefined && <p className='error-text' role='alert'>{task.error}</p>}
      <div className='actions'>
        {kept !== undefined && <Button onPress={() => { task.run(async () => { onChange(await messenger.calls.configure({ server: '' })) }) }}>{w('relay.remove')}</Button>}
        {changed && <Button type='submit' kind='primary' isPending={task.busy}>{t('save')}</Button>}
      </div>
    </Form>
  )
}
