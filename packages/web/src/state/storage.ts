/** What this browser says of the room that the app has in it, and whether it keeps it. */

export interface StorageView { readonly used: number, readonly quota: number, readonly persistent: boolean }

export async function storageOf (): Promise<StorageView> {
  const { usage = 0, quota = 0 } = await navigator.storage?.estimate?.() ?? {}
  return { used: usage, quota, persistent: await navigator.storage?.persisted?.() ?? false }
}

/** @returns whether the browser promised to keep it */
export async function askToPersist (): Promise<boolean> {
  return await navigator.storage?.persist?.() ?? false
}
