/** A text as a QR code, dark on white in every theme: cameras want it so. A press shows it as large as the window. */
import { encodeQR } from 'qr'
import { Suspense, useMemo, useState } from 'react'
import { Button } from 'react-aria-components/Button'
import type { ReactNode } from 'react'
import { useText } from '../state/language.ts'
import { late } from './late.tsx'

const FullScreen = late(async () => (await import('./full-screen.tsx')).FullScreen)

/** Light modules around the code (ISO/IEC 18004 asks for four). */
const QUIET = 4

export function QrCode ({ text, label }: { text: string, label: string }): ReactNode {
  const t = useText()
  const [large, setLarge] = useState(false)
  const code = useMemo(() => {
    const rows = encodeQR(text, 'raw', { ecc: 'low', border: QUIET })
    // a path for each row, a piece for each run of dark modules: of one path with thousands of edges Chromium draws half where it has no graphics card
    return rows.map((row, y) => row.map((dark, x) => !dark || row[x - 1] === true ? '' : `M${x} ${y}H${row.indexOf(false, x)}v1H${x}z`).join(''))
  }, [text])
  const picture = <svg viewBox={`0 0 ${code.length} ${code.length}`} role='img' aria-label={label}>{code.map((row, y) => row !== '' && <path key={y} d={row} />)}</svg>
  return (
    <>
      <Button className='qr' aria-label={t('qr.enlarge', { what: label })} onPress={() => { setLarge(true) }}>{picture}</Button>
      {large && <Suspense><FullScreen label={label} onClose={() => { setLarge(false) }}>{picture}</FullScreen></Suspense>}
    </>
  )
}
