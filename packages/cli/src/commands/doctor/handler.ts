/** Asks the node what is the matter; where none can run, looks at what keeps it from running. */
import { NodeError } from '@sotto/node/errors'
import { EXIT } from '../../output/exit.ts'
import { harmless } from '../../output/harmless.ts'
import { plural } from '../../output/text.ts'
import { wrap } from '../../output/wrap.ts'
import { connectControl } from '../../remote/client.ts'
import { freePorts, withMessenger } from '../../session.ts'
import type { Finding, FindingLevel } from '@sotto/node'
import type { Context } from '../../context.ts'

/** Not of the machine, but of the command line: said as by any verb. */
const OF_THE_CALLER = new Set(['BAD_ARGUMENT', 'ABORTED'])
/** What a node says that could only start elsewhere, and what was said already. */
const SAID = new Set<Finding['code']>(['port-taken', 'ports', 'not-running'])

const MARKS: Readonly<Record<FindingLevel, { mark: string, style: 'red' | 'yellow' | 'green' }>> = {
  problem: { mark: '✗', style: 'red' },
  warning: { mark: '!', style: 'yellow' },
  ok: { mark: '✓', style: 'green' }
}

async function ask (context: Context, listen?: string[]): Promise<Finding[]> {
  const { output, world } = context
  return await withMessenger(context, async messenger => await messenger.doctor({ signal: world.signal, onProgress: line => { output.progress(line) } }), listen === undefined ? {} : { listen })
}

async function examined ({ profile, world }: Context, error: unknown, frozen = false): Promise<Finding[]> {
  const { examine } = await world.door()
  return await examine({ profile, error, frozen, now: world.now() })
}

async function look (context: Context): Promise<Finding[]> {
  const { profile, world } = context
  try {
    const control = await connectControl(profile, { signal: world.signal })
    control?.close()
  } catch (error) {
    if (world.signal.aborted) throw error
    return await examined(context, error, error instanceof NodeError && error.code === 'UNREACHABLE')
  }
  try {
    return await ask(context)
  } catch (error) {
    if (world.signal.aborted || (error instanceof NodeError && OF_THE_CALLER.has(error.code))) throw error
    const found = await examined(context, error)
    if (!(error instanceof NodeError && error.code === 'PORT_IN_USE')) return found
    // everything else can be looked at under any port
    const rest = await ask(context, freePorts(context)).catch(() => undefined)
    return rest === undefined ? found : [...found.filter(({ level }) => level !== 'ok'), ...rest.filter(({ code }) => !SAID.has(code))]
  }
}

function block ({ level, finding, advice }: Finding, { output }: Context): string {
  const { mark, style } = MARKS[level]
  const says = wrap(harmless(finding), output.columns, '  ')
  const does = level === 'ok' && advice === 'Nothing to do.' ? [] : [`    ${output.paint(level === 'ok' ? 'dim' : 'bold', wrap(harmless(advice), output.columns, '    ').trimStart())}`]
  return [`${output.paint(style, mark)} ${says.trimStart()}`, ...does].join('\n')
}

function summary (found: readonly Finding[]): string {
  const problems = found.filter(({ level }) => level === 'problem').length
  const warnings = found.filter(({ level }) => level === 'warning').length
  if (problems + warnings === 0) return 'All is well.'
  const counts = [...problems > 0 ? [plural(problems, 'problem')] : [], ...warnings > 0 ? [plural(warnings, 'warning')] : []].join(' and ')
  return problems > 0 ? `${counts}: begin with the first.` : `${counts}: it works, and could be better.`
}

export async function handler (context: Context): Promise<number> {
  const { output } = context
  const found = await look(context)
  for (const finding of found) output.result(finding, () => block(finding, context))
  const isBad = found.some(({ level }) => level === 'problem')
  output.say(`\n${output.paint(isBad ? 'red' : 'green', summary(found))}`)
  return isBad ? EXIT.failed : EXIT.done
}
