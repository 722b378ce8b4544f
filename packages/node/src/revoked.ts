/**
 * What a device still does that was put out of its identity: it shows what it has. Whatever would go out is refused, with what to do
 * instead: nobody takes it any more. Spec: protocols/pairing PAIR-12.
 */
import { UsageError } from './errors.ts'
import type { MessageState, Messenger } from './api.ts'

const STATES: readonly MessageState[] = ['sealed', 'stored', 'delivered', 'read']

function revokedError (): UsageError {
  return new UsageError('DEVICE_REVOKED', 'this device was revoked: it is none of yours any more, and nothing goes out from it', { hint: 'write from another device of yours; to make this one a device again: `sotto --profile NEW device join CODE`, and delete the old profile' })
}

/** The same messenger, as long as the device is not revoked. */
export function untilRevoked (messenger: Messenger, isRevoked: () => boolean): Messenger {
  const { contacts, requests, conversations, calls, mailboxes, devices } = messenger
  const check = (): void => { if (isRevoked()) throw revokedError() }
  const unless = <A extends unknown[], R>(act: (...args: A) => Promise<R>) => async (...args: A): Promise<R> => {
    check()
    return act(...args)
  }
  return {
    ...messenger,
    rename: unless(messenger.rename),
    tellReads: unless(messenger.tellReads),
    contacts: { ...contacts, add: unless(contacts.add) },
    requests: { ...requests, accept: unless(requests.accept) },
    conversations: {
      ...conversations,
      send: unless(conversations.send),
      edit: unless(conversations.edit),
      retract: unless(conversations.retract),
      react: unless(conversations.react),
      typing: unless(conversations.typing),
      wait: async (message, state, options) => {
        if (!isRevoked()) return conversations.wait(message, state, options)
        const view = await conversations.delivery(message, options)
        if (STATES.indexOf(view.state) < STATES.indexOf(state)) throw revokedError()
        return view
      },
      // what waits here waits for ever
      flushed: async options => isRevoked() ? undefined : conversations.flushed(options)
    },
    calls: { ...calls, start: unless(calls.start), answer: unless(calls.answer) },
    mailboxes: { ...mailboxes, offer: unless(mailboxes.offer), revoke: unless(mailboxes.revoke) },
    devices: {
      ...devices,
      link: async function * (options) {
        check()
        yield * devices.link(options)
      },
      revoke: unless(devices.revoke)
    }
  }
}
