import type { OptionSpec } from './values.ts'

/** Options that every verb takes, before or after it. */
export const globalOptions: readonly OptionSpec[] = [
  { name: 'profile', value: 'DIR', help: 'where this device keeps its data (SOTTO_PROFILE)' },
  { name: 'json', help: 'one JSON object per line on stdout and nothing else' },
  { name: 'passphrase-file', value: 'F', help: 'file that holds the passphrase of the profile (or SOTTO_PASSPHRASE)' },
  { name: 'network', value: 'NET', choices: ['public', 'local'], help: 'public: joins the public DHT; local: only what is given, and the LAN (SOTTO_NETWORK)' },
  { name: 'bootstrap', value: 'MA', many: true, help: 'a node to know first, as a multiaddr, or none (SOTTO_BOOTSTRAP)' },
  { name: 'listen', value: 'MA', many: true, help: 'where to listen, as a multiaddr (SOTTO_LISTEN)' },
  { name: 'help', short: 'h', help: 'this help; after a verb, its own' },
  { name: 'version', short: 'V', help: 'the version' },
  { name: 'passphrase-stdin', hidden: true, help: 'the passphrase is the first line of stdin' }
]
