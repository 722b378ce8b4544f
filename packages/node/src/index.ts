/**
 * Sotto's messenger, the only door. Everything a face, a bot or a test needs is exported here.
 *
 * @example
 * const node = await createNode({ profile: '/home/alice/.local/share/sotto' })
 * const { link } = await node.self()
 * await node.conversations.send('bob', { text: 'hello' })
 * await node.stop()
 */
export { createNode, initProfile, keepStorage, moveProfile, profileExists, removeProfile, restoreProfile } from './node.ts'
export { examine, joinProfile } from './seldom.ts'
export type { JoinInit, ProfileJoined } from './devices/join-profile.ts'
export type { ExamineInit } from './diagnosis/examine.ts'
export type { NodeInit, SottoNode } from './node-init.ts'
export type { ProfileInit, RestoreInit } from './node.ts'
export type * from './api.ts'
export * from './errors.ts'
