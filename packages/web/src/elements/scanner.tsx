/** The camera, until it sees a QR code. Pictures stay in this page and are not kept. */
import { QRCanvas, frameLoop, rearCamera } from 'qr/dom.js'
import { useEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { useText } from '../state/language.ts'
import { Icon } from './icon.tsx'

export interface ScannerProps { onFound: (text: string) => void }

export function Scanner ({ onFound }: ScannerProps): ReactNode {
  const t = useText()
  const video = useRef<HTMLVideoElement>(null)
  const found = useRef(onFound)
  const [refused, setRefused] = useState(false)
  useEffect(() => { found.current = onFound }, [onFound])

  useEffect(() => {
    const player = video.current
    if (player === null) return
    const ended = new AbortController()
    const canvas = new QRCanvas()
    const start = async (): Promise<void> => {
      const camera = await rearCamera(player)
      if (ended.signal.aborted) { camera.stop(); return }
      let busy = false
      const cancel = frameLoop(() => {
        if (busy) return
        busy = true
        camera.readFrame(canvas).then(result => {
          if (typeof result === 'string' && result !== '' && !ended.signal.aborted) found.current(result)
        }, () => { /* a frame without a code */ }).finally(() => { busy = false })
      })
      ended.signal.addEventListener('abort', () => { cancel(); camera.stop() }, { once: true })
    }
    start().catch(() => { if (!ended.signal.aborted) setRefused(true) })
    return () => { ended.abort() }
  }, [])

  if (refused) return <div className='notice warn' role='alert'><Icon name='camera' /><div>{t('scan.refused')}</div></div>
  return <div className='scanner'><video ref={video} muted playsInline aria-label={t('scan.viewfinder')} /></div>
}
