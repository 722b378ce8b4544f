/** From the wish to call to a call: the browser asks for microphone and camera, and what goes wrong is said with a way on. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { Button } from '../elements/button.tsx'
import { Dialog } from '../elements/dialog.tsx'
import { Waiting } from '../elements/empty.tsx'
import { useCallWords } from '../state/call-words.ts'
import { troubleOf } from '../state/calls.machine.ts'
import { useChats } from '../state/context.ts'
import { codeOf, describeError } from '../state/errors.ts'
import type { CallWords } from '../state/call-words.ts'
import type { ChatsState } from '../state/chats.ts'
import type { CallAnswer, CallView } from '@sotto/node'

export interface Attempt { readonly busy: boolean, readonly error: unknown, run: (answer: CallAnswer) => void }

/** Asking for microphone and camera takes as long as a person takes to answer; it may fail, and be tried otherwise. */
export function useAttempt (work: (answer: CallAnswer) => Promise<CallView>, done: (call: CallView) => void): Attempt {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const latest = useRef({ work, done })
  useEffect(() => { latest.current = { work, done } })
  const run = useCallback((answer: CallAnswer) => {
    setBusy(true)
    setError(undefined)
    latest.current.work(answer).then(call => { latest.current.done(call) }, setError).finally(() => { setBusy(false) })
  }, [])
  return { busy, error, run }
}

export function troubleWords (w: CallWords, error: unknown): string {
  const trouble = troubleOf(error)
  if (trouble !== 'other') return w(`trouble.${trouble}`)
  const code = codeOf(error)
  return code === 'BUSY' ? w('trouble.busy') : code === 'UNKNOWN_CALL' ? w('trouble.gone') : describeError(error)
}

/** Other ways to be in a call, where microphone or camera are not to be had. */
export function OtherWays ({ attempt, video }: { attempt: Attempt, video: boolean }): ReactNode {
  const w = useCallWords()
  if (troubleOf(attempt.error) === 'other') return null
  return (
    <>
      {video
        ? <Button onPress={() => { attempt.run({}) }}>{w('do.withoutCamera')}</Button>
        : <Button onPress={() => { attempt.run({ audio: 'none' }) }}>{w('do.onlyListen')}</Button>}
    </>
  )
}

export function Placing ({ wish }: { wish: NonNullable<ChatsState['wish']> }): ReactNode {
  const w = useCallWords()
  const chats = useChats()
  const [video, setVideo] = useState(wish.video)
  const gone = useRef(false)
  const attempt = useAttempt(
    async answer => {
      setVideo(answer.video === true)
      const { who, others = [] } = wish
      return chats.messenger.calls.start(others.length === 0 ? who : [who, ...others], answer)
    },
    call => {
      if (gone.current) chats.messenger.calls.hangUp(call.id).catch(() => undefined) // nobody waits for it any more
      else chats.setCall({ call, wish: undefined })
    })
  const { run } = attempt
  useEffect(() => {
    gone.current = false
    run({ video: wish.video })
    return () => { gone.current = true }
  }, [run, wish.video])
  const close = (): void => { chats.setCall({ wish: undefined }) }

  const failed = attempt.error !== undefined
  return (
    <Dialog title={failed ? w('trouble.title') : w('ask.title', { name: wish.name })} onClose={close} role={failed ? 'alertdialog' : 'dialog'}>
      <p className='lead'>{failed ? troubleWords(w, attempt.error) : w(video ? 'ask.camera' : 'ask.mic')}</p>
      {!failed && <Waiting>{w('room.calling')}</Waiting>}
      <div className='actions'>
        <Button onPress={close}>{w('do.close')}</Button>
        {failed && <><OtherWays attempt={attempt} video={video} /><Button kind='primary' autoFocus onPress={() => { run({ video }) }}>{w('do.tryAgain')}</Button></>}
      </div>
    </Dialog>
  )
}
