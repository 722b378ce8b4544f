/** Who one talks to, newest first. */
import { memo } from 'react'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { ListLayout, Virtualizer } from 'react-aria-components/Virtualizer'
import type { ReactNode } from 'react'
import { useText } from '../state/language.ts'
import { go } from '../state/route.ts'
import { ConversationRow } from './conversation-row.tsx'
import type { IdentityId } from '@sotto/node'
import type { Row } from './conversation-row.tsx'

/** Only what is seen stands in the page, however many there are. A row is higher where the letters are: it is measured then. Pixels. */
const LAYOUT = { estimatedRowHeight: 66, padding: 8 }

/** Drawn anew where the order changes, or a name: the list of the library compares all its rows then. What stands in a row draws itself. */
export const ConversationList = memo(function ConversationList ({ shown, here }: { shown: readonly Row[], here: IdentityId | undefined }): ReactNode {
  const t = useText()
  return (
    <Virtualizer layout={ListLayout} layoutOptions={LAYOUT}>
      <ListBox
        className='list tall' aria-label={t('sidebar.list')} selectionMode='single' selectionBehavior='toggle' shouldSelectOnPressUp disallowEmptySelection={false}
        selectedKeys={here === undefined ? [] : [here]} items={shown}
        onAction={key => { go({ at: 'chat', who: key as IdentityId }) }}
      >
        {row => (
          <ListBoxItem id={row.with} className='row' textValue={row.name} onAction={() => { go({ at: 'chat', who: row.with }) }}>
            <ConversationRow {...row} />
          </ListBoxItem>
        )}
      </ListBox>
    </Virtualizer>
  )
})
