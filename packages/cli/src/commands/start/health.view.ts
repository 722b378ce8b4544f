/** The health page: one file, no script, nothing from elsewhere. */
import { createHash } from 'node:crypto'
import { duration, plural } from '../../output/text.ts'
import type { Finding, FindingLevel, StatusView } from '@sotto/node'

export interface HealthFacts {
  findings: readonly Finding[]
  status: Pick<StatusView, 'uptime' | 'direct' | 'relayed' | 'outbox' | 'mailboxes'>
  version: string
  /** Unix ms */
  now: number
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1d2327; --soft: #5b666e; --paper: #fbfaf7; --card: #fff; --line: #e4e1d9; --ok: #1c7c4a; --warning: #8f5a00; --problem: #b3261e }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e1; --soft: #a3aab0; --paper: #16191c; --card: #1f2327; --line: #343a40; --ok: #63c995; --warning: #e9b44c; --problem: #ff8a80 } }
* { box-sizing: border-box }
body { margin: 0; padding: 2rem 1rem; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere }
main { max-width: 44rem; margin: 0 auto }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.25 }
h1::before { content: ''; display: inline-block; width: .7em; height: .7em; margin-right: .5em; border-radius: 50%; background: var(--level) }
.ok { --level: var(--ok) } .warning { --level: var(--warning) } .problem { --level: var(--problem) }
.soft { color: var(--soft) }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .75rem; margin: 1.5rem 0 }
dl div { padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card) }
dt { color: var(--soft); font-size: .85rem } dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums }
ul { list-style: none; margin: 0; padding: 0 }
li { margin: 0 0 .75rem; padding: .85rem 1rem; border: 1px solid var(--line); border-left: .3rem solid var(--level); border-radius: .75rem; background: var(--card) }
li p { margin: 0 } li p + p { margin-top: .35rem; color: var(--soft) }
strong { color: var(--level) }
code { font: .9em ui-monospace, monospace; padding: .05em .3em; border-radius: .3em; background: color-mix(in srgb, var(--ink) 8%, transparent) }
footer { margin-top: 2rem; font-size: .9rem; color: var(--soft) }
a { color: inherit }
`

/** The only style that the browser takes. */
export const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`

const LABELS: Readonly<Record<FindingLevel, string>> = { problem: 'Problem', warning: 'Could be better', ok: 'Well' }
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escape (text: string): string { return text.replace(/[&<>"']/g, character => ENTITIES[character] ?? '') }

/** Commands stand between backquotes. */
function prose (text: string): string { return escape(text).replace(/`([^`]+)`/g, '<code>$1</code>') }

function item ({ level, finding, advice }: Finding): string {
  const does = level === 'ok' && advice === 'Nothing to do.' ? '' : `<p>${prose(advice)}</p>`
  return `<li class="${level}"><p><strong>${LABELS[level]}.</strong> ${prose(finding)}</p>${does}</li>`
}

function headline (findings: readonly Finding[]): { level: FindingLevel, text: string } {
  const count = (level: FindingLevel): number => findings.filter(finding => finding.level === level).length
  if (count('problem') > 0) return { level: 'problem', text: `${plural(count('problem'), 'problem')} to look at` }
  if (count('warning') > 0) return { level: 'warning', text: 'Your node works, and could be better' }
  return { level: 'ok', text: 'Your node is well' }
}

export function healthPage ({ findings, status, version, now }: HealthFacts): string {
  const { level, text } = headline(findings)
  const working = status.mailboxes.filter(({ trouble }) => trouble === undefined).length
  const facts: ReadonlyArray<readonly [string, string]> = [
    ['running for', duration(status.uptime / 1000)],
    ['connected directly', String(status.direct)],
    ['through a relay', String(status.relayed)],
    ['mailboxes at work', `${working} of ${status.mailboxes.length}`],
    ['messages waiting', String(status.outbox)]
  ]
  const time = new Date(now).toISOString()
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(text)} · Sotto</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1 class="${level}">${escape(text)}</h1>
<p class="soft">Sotto ${escape(version)}, as of <time datetime="${time}">${time.slice(0, 19).replace('T', ' ')} UTC</time>. Load the page again for news.</p>
<dl>
${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${escape(value)}</dd></div>`).join('\n')}
</dl>
<ul>
${findings.map(item).join('\n')}
</ul>
<footer>
<p>Everyone who uses this computer can open this page. So it names nobody and tells nothing of what is said; <code>sotto doctor</code> tells you more.</p>
<p>Numbers for a monitor: <a href="/metrics">/metrics</a></p>
</footer>
</main>
</body>
</html>
`
}
