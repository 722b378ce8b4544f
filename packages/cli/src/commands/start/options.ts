import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'start',
  summary: 'Run a node of your own until it is stopped',
  details: 'Makes an identity first where there is none. The profile remembers --network, --bootstrap, --listen, --mailbox, --ice-server and --web-host for the next start.',
  options: [
    { name: 'mailbox', value: 'WHOM', choices: ['contacts', 'volunteer', 'off'], help: 'for whom this node keeps mail' },
    { name: 'mailbox-bytes', value: 'N', help: 'how much in all, such as 256MiB' },
    { name: 'ice-server', value: 'URL', many: true, help: 'for calls: stun:HOST:PORT, or turn:NAME:SECRET@HOST:PORT; with a TURN server, people who are not verified learn no address of yours (SOTTO_ICE_SERVERS)' },
    { name: 'name', value: 'N', help: 'what you call yourself, where an identity is made' },
    { name: 'detach', help: 'in the background; returns once it is ready' },
    { name: 'web', value: 'PORT', optional: true, help: 'serve the page to browsers on this machine, and print the address that makes one of them a device of mine' },
    { name: 'web-tls', value: 'HOST:PORT', help: 'with --web: serve the page to other machines too, by TLS, under the name of the certificate' },
    { name: 'web-cert', value: 'FILE', help: 'the certificate for --web-tls, PEM' },
    { name: 'web-key', value: 'FILE', help: 'the key to it, PEM' },
    { name: 'web-host', value: 'URL', help: 'where the page is for others: links are shown as addresses of it too; none for none (SOTTO_WEB_HOST)' },
    { name: 'metrics', value: 'PORT', help: 'a page that shows how the node is, and numbers for Prometheus, at 127.0.0.1:PORT; for everyone on this machine, so nobody is named' },
    { name: 'background', hidden: true, help: 'silent after the first line' }
  ],
  json: ['event', 'id', 'device', 'peerId', 'addresses', 'link', 'webLink', 'web', 'metrics'],
  examples: [
    { line: 'sotto start', says: 'on a terminal it shows your link, and what happens' },
    { line: 'sotto start --web', says: 'and the same in a browser: open the address that it prints' },
    { line: 'sotto start --detach --mailbox contacts', says: 'a personal node that keeps mail for your contacts' },
    { line: 'sotto start --metrics 9464', says: 'then http://127.0.0.1:9464/ shows its health, and /metrics the numbers' },
    { line: 'sotto start --network local --listen /ip4/127.0.0.1/tcp/0 --json', says: 'for a test on one machine; the first line says ready' }
  ]
}
