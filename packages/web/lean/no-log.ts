/** Stands for @libp2p/logger: what it would say names peers and addresses, and nobody listens (network/quiet.ts). */
interface Log { (): void, enabled: boolean, error: () => void, trace: () => void, newScope: () => Log }

const log: Log = Object.assign(() => undefined, { enabled: false, error: () => undefined, trace: () => undefined, newScope: () => log })

export function logger (): Log { return log }

export function defaultLogger (): { forComponent: () => Log } { return { forComponent: logger } }
