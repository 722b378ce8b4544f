import type { CommandSpec, OptionSpec } from '../../values.ts'

const SOUND: readonly OptionSpec[] = [
  { name: 'audio', value: 'FILE', help: 'what is said: `default` (the microphone; what is heard goes to the speaker), `none`, or a WAV or Ogg Opus file' },
  { name: 'record', value: 'FILE', help: 'write what is heard into this WAV file' },
  { name: 'seconds', value: 'N', help: 'hang up after so many seconds of talk' },
  { name: 'until-played', help: 'hang up when the file was played' }
]
const JSON_FIELDS = ['event', 'call', 'with', 'name'] as const

export const options: CommandSpec = {
  name: 'call',
  summary: 'Talk: start, answer, invite, list, hangup',
  details: 'Sound goes straight from one device to the other, locked by keys that the conversation vouches for; no company stands in between. Through ffmpeg or sox it comes from the microphone; without them, from files. `start` and `answer --once` end with 0 when somebody hung up, with 3 when nobody answered, and with 1 when the call was declined, busy, found no way or was cut off.',
  subcommands: [
    {
      name: 'start',
      summary: 'Call a contact, or several at once; ends with the call',
      positionals: [{ name: 'WHO', many: true, help: 'contacts, up to seven: name, id, link, or an unambiguous beginning' }],
      options: SOUND,
      json: [...JSON_FIELDS, 'local', 'remote', 'reason', 'seconds', 'into'],
      examples: [
        { line: 'sotto call start bob', says: 'with microphone and speaker' },
        { line: 'sotto call start bob carol', says: 'a call of three, each connected with each' },
        { line: 'sotto call start bob --audio question.wav --record answer.wav --seconds 30', says: 'for a script' }
      ]
    },
    {
      name: 'answer',
      summary: 'Wait for calls, and take them',
      options: [{ name: 'from', value: 'WHO', help: 'take calls of this contact only' }, { name: 'once', help: 'end after one call' }, ...SOUND],
      json: [...JSON_FIELDS, 'local', 'remote', 'reason', 'seconds', 'record'],
      examples: [{ line: 'sotto call answer --audio greeting.wav --record note.wav --seconds 60', says: 'an answering machine' }]
    },
    {
      name: 'invite',
      summary: 'Ask somebody into the call that one is in',
      positionals: [{ name: 'ID', help: 'which call, where it is not the one', optional: true }, { name: 'WHO', help: 'a contact: name, id, link, or an unambiguous beginning' }],
      json: ['id', 'with', 'name', 'phase', 'participants'],
      examples: [{ line: 'sotto call invite dave', says: 'Dave rings, and hears all who are his contacts' }]
    },
    { name: 'list', summary: 'Calls of now, and the last ones since the node started', json: ['id', 'with', 'name', 'phase', 'direction', 'since', 'participants', 'seconds', 'end', 'into'], examples: [{ line: 'sotto call list', says: 'who calls, when, how it went, and how long' }] },
    {
      name: 'hangup',
      summary: 'End a call, or refuse one that rings',
      positionals: [{ name: 'ID', help: 'which, where there are several', optional: true }],
      json: ['id', 'with', 'name', 'end'],
      examples: [{ line: 'sotto call hangup', says: 'the call of now' }]
    }
  ],
  examples: [{ line: 'sotto call start bob', says: 'ring at Bob' }]
}
