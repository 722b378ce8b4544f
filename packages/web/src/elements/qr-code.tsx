/** A text as a QR code, dark on white in every theme: cameras want it so. */
import { encodeQR } from 'qr'
import { useMemo } from 'react'
import type { ReactNode } from 'react'

export function QrCode ({ text, label }: { text: string, label: string }): ReactNode {
  const code = useMemo(() => {
    const rows = encodeQR(text, 'raw', { ecc: 'low', border: 1 })
    const path = rows.flatMap((row, y) => row.map((dark, x) => dark ? `M${x} ${y}h1v1h-1z` : '')).join('')
    return { size: rows.length, path }
  }, [text])
  return (
    <div className='qr'>
      <svg viewBox={`0 0 ${code.size} ${code.size}`} role='img' aria-label={label}><path d={code.path} /></svg>
    </div>
  )
}
