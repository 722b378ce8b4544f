/** Who one talks to, newest first. */
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import type { ReactNode } from 'react'
import { useText } from '../state/language.ts'
import { go } from '../state/route.ts'
import { ConversationRow } from './conversation-row.tsx'
import type { ConversationView, IdentityId } from '@sotto/node'

export function ConversationList ({ shown, here, typing }: { shown: readonly ConversationView[], here: IdentityId | undefined, typing: ReadonlySet<IdentityId> }): ReactNode {
  const t = useText()
  return (
    <ListBox
      className='list' aria-label={t('sidebar.list')} selectionMode='single' selectionBehavior='toggle' shouldSelectOnPressUp disallowEmptySelection={false}
      selectedKeys={here === undefined ? [] : [here]} items={shown} dependencies={[typing]}
      onAction={key => { go({ at: 'chat', who: key as IdentityId }) }}
    >
      {conversation => (
        <ListBoxItem id={conversation.with} className={conversation.unread > 0 ? 'row unread' : 'row'} textValue={conversation.name} onAction={() => { go({ at: 'chat', who: conversation.with }) }}>
          <ConversationRow conversation={conversation} typing={typing.has(conversation.with)} />
        </ListBoxItem>
      )}
    </ListBox>
  )
}
