/** A moving picture of a call, and which there are. */
import { useEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import type { CallView } from '@sotto/node'

export type { PageStreams as CallStreams } from '@sotto/node/media'

/** Those that show something, faces before screens. The streams of a call say `change`; it is looked again also with each news of the call. */
export function useVideos (stream: MediaStream | undefined, call: CallView, most: number): readonly MediaStreamTrack[] {
  const [videos, setVideos] = useState<readonly MediaStreamTrack[]>([])
  useEffect(() => {
    const look = (): void => {
      const tracks = stream?.getVideoTracks() ?? []
      const shown = most === 0 ? [] : tracks.filter(track => track.readyState === 'live').slice(-most)
      setVideos(before => before.length === shown.length && before.every((track, at) => track === shown[at]) ? before : shown)
    }
    look()
    const ended = new AbortController()
    stream?.addEventListener('change', look, { signal: ended.signal })
    return () => { ended.abort() }
  }, [stream, call, most])
  return videos
}

export function Tile ({ track, label, kind }: { track: MediaStreamTrack, label: string, kind: 'face' | 'screen' | 'self' }): ReactNode {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    if (video.current === null) return
    video.current.srcObject = new MediaStream([track])
    video.current.play().catch(() => undefined) // begins with the first picture
  }, [track])
  return (
    <figure className={`tile ${kind}`}>
      <video ref={video} muted autoPlay playsInline aria-label={label} />
      <figcaption dir='auto'>{label}</figcaption>
    </figure>
  )
}
