/**
 * The certificate of a call in a page, kept in the browser for as long as the call lasts: a page that is loaded anew is known by it (CALL-2).
 * Its key never leaves the browser (RFC 8827 §4.1), and its name is the random one of the call, which tells nobody with whom it is.
 */
export const CALL_DATABASE = 'sotto-call'
const STORE = 'certificates'

/** connections of each call */
const users = new Map<string, number>()

/** The one of that call, or a new one. The other ones go: one is in one call at a time. */
export async function certificateOf (call: string): Promise<RTCCertificate> {
  users.set(call, (users.get(call) ?? 0) + 1)
  const kept = await using('readonly', store => store.get(call)).catch(() => undefined) as RTCCertificate | undefined
  if (kept !== undefined && kept.expires > Date.now()) return kept
  const made = await RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' } as AlgorithmIdentifier)
  using('readwrite', store => {
    store.clear()
    return store.put(made, call)
  }).catch(() => undefined) // no room: the call goes on, unless the page is loaded anew
  return made
}

/** One connection of that call is closed. */
export function forgetCertificate (call: string): void {
  const left = (users.get(call) ?? 1) - 1
  if (left > 0) {
    users.set(call, left)
    return
  }
  users.delete(call)
  using('readwrite', store => store.delete(call)).catch(() => undefined) // it expires in a month
}

async function using (mode: IDBTransactionMode, run: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
  const opening = indexedDB.open(CALL_DATABASE, 1)
  opening.onupgradeneeded = () => { opening.result.createObjectStore(STORE) }
  const database = await settled(opening)
  try {
    return await settled(run(database.transaction(STORE, mode).objectStore(STORE)))
  } finally {
    database.close()
  }
}

async function settled<T> (request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => { resolve(request.result) }
    request.onerror = () => { reject(request.error ?? new Error('the browser keeps nothing')) }
  })
}
