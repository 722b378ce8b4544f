/** Whether the machine says that it has a network. */
import { useSyncExternalStore } from 'react'

function subscribe (listener: () => void): () => void {
  addEventListener('online', listener)
  addEventListener('offline', listener)
  return () => {
    removeEventListener('online', listener)
    removeEventListener('offline', listener)
  }
}

export function useOnline (): boolean {
  return useSyncExternalStore(subscribe, () => navigator.onLine)
}
