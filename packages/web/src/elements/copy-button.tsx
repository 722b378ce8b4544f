/** Puts a text on the clipboard, and says so. */
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { useText } from '../state/language.ts'
import { Button, IconButton } from './button.tsx'

/** How long "copied" stands, ms. */
const SHOWN_MS = 2000

export function CopyButton ({ text, label, compact = false }: { text: string, label: string, compact?: boolean }): ReactNode {
  const t = useText()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => { setCopied(false) }, SHOWN_MS)
    return () => { clearTimeout(timer) }
  }, [copied])
  const copy = (): void => { navigator.clipboard.writeText(text).then(() => { setCopied(true) }, () => { setCopied(false) }) }
  return (
    <>
      {compact
        ? <IconButton icon={copied ? 'check' : 'copy'} label={copied ? t('copied') : label} onPress={copy} />
        : <Button icon={copied ? 'check' : 'copy'} onPress={copy}>{copied ? t('copied') : label}</Button>}
      <span className='hidden-text' role='status'>{copied ? t('copied') : ''}</span>
    </>
  )
}
