/** Completion for fish. */
import { taking } from './table.ts'
import type { Flag, Table, Words } from './table.ts'

/** In single quotes for fish, which knows \\' and \\\\ in them. */
function quoted (text: string): string { return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'` }

function offer (words: Words): string {
  if (words === 'contacts' || words === 'requests') return `-f -a ${quoted(`(__sotto_names ${words})`)}`
  if (words === 'files') return '-F'
  return words === 'any' ? '-f' : `-f -a ${quoted(words.join(' '))}`
}

function option (flag: Flag, condition: string): string {
  const short = flag.short === undefined ? '' : ` -s ${flag.short}`
  const value = flag.value === undefined ? '' : flag.optional ? '' : ` -r ${offer(flag.value)}`
  return `complete -c sotto${condition} -l ${flag.name}${short}${value} -d ${quoted(flag.help)}`
}

export function fishCompletion (table: Table): string {
  const at = (path: string, count: number): string => ` -n ${quoted(`__sotto_at ${path === '' ? '""' : quoted(path)} ${count}`)}`
  const within = (path: string): string => ` -n ${quoted(`__sotto_within ${quoted(path)}`)}`
  return `# fish completion for sotto: made by \`sotto completion fish\`

# The verb so far, and how many words stand after it.
function __sotto_place
  set -l taking ${taking(table).join(' ')}
  set -l paths ${table.entries.filter(entry => entry.path.includes(' ')).map(entry => quoted(entry.path)).join(' ')}
  set -l words (commandline -opc)
  set -l way ''
  set -l count 0
  set -l skip 0
  for word in $words[2..-1]
    if test $skip = 1
      set skip 0
    else if contains -- $word $taking
      set skip 1
    else if string match -q -- '-*' $word
      continue
    else if test -z "$way"
      set way $word
    else if contains -- "$way $word" $paths
      set way "$way $word"
    else
      set count (math $count + 1)
    end
  end
  echo $way
  echo $count
end

function __sotto_at
  set -l place (__sotto_place)
  test "$place[1]" = "$argv[1]" -a "$place[2]" = "$argv[2]"
end

function __sotto_within
  set -l place (__sotto_place)
  test "$place[1]" = "$argv[1]"
end

# Asks the resident node; where none runs there is nothing to offer.
function __sotto_names
  set -l words (commandline -opc)
  set -l profile
  set -l at (contains -i -- --profile $words)
  and set profile --profile $words[(math $at + 1)]
  $words[1] $profile completion --names $argv[1] 2> /dev/null
end

complete -c sotto -f
${table.global.map(flag => option(flag, '')).join('\n')}
${table.verbs.map(({ name, summary }) => `complete -c sotto${at('', 0)} -a ${name} -d ${quoted(summary)}`).join('\n')}
${[...table.seconds].flatMap(([verb, words]) => words.map(({ name, summary }) => `complete -c sotto${at(verb, 0)} -a ${name} -d ${quoted(summary)}`)).join('\n')}
${table.entries.flatMap(entry => [
    ...entry.flags.map(flag => option(flag, within(entry.path))),
    ...entry.words.map((words, index) => ({ words, index })).filter(({ words }) => words !== 'any').map(({ words, index }) => `complete -c sotto${at(entry.path, index)} ${offer(words)}`)
  ]).join('\n')}
`
}
