/** Conversations with their search index. */
import { SearchIndex } from '../search/index.ts'
import { Conversations } from './conversations.ts'
import type { ConversationsComponents } from './conversations.ts'
import type { Components } from '../components.ts'

export interface ConversationsInit extends Omit<ConversationsComponents, 'index'>, Pick<Components, 'clock' | 'logger'> {}

export interface OpenConversations { conversations: Conversations, stop: () => Promise<void> }

export function openConversations (init: ConversationsInit): OpenConversations {
  const index = new SearchIndex(init)
  return { conversations: new Conversations({ ...init, index }), stop: async () => index.stop() }
}
