/** Completion for zsh. */
import { quoted, taking } from './table.ts'
import type { Flag, Table, Words } from './table.ts'

/** `name:help` as _describe takes it. */
function pair (name: string, help: string): string { return quoted(`${name.replaceAll(':', '\\:')}:${help}`) }

function offer (words: Words): string {
  if (words === 'contacts' || words === 'requests') return `_sotto_names ${words}`
  if (words === 'files') return '_files'
  return words === 'any' ? ':' : `compadd -- ${words.map(quoted).join(' ')}`
}

function describe (flags: readonly Flag[]): string {
  return flags.flatMap(flag => [pair(`--${flag.name}`, flag.help), ...flag.short === undefined ? [] : [pair(`-${flag.short}`, flag.help)]]).join(' ')
}

function values (flags: readonly Flag[]): string[] {
  return flags.filter(flag => flag.value !== undefined && !flag.optional).map(flag => `--${flag.name}) ${offer(flag.value ?? 'any')}; return ;;`)
}

export function zshCompletion (table: Table): string {
  const list = (words: ReadonlyArray<{ name: string, summary: string }>): string => words.map(({ name, summary }) => pair(name, summary)).join(' ')
  return `#compdef sotto
# zsh completion for sotto: made by \`sotto completion zsh\`

# Asks the resident node; where none runs there is nothing to offer.
_sotto_names () {
  local -a names
  names=("\${(@f)$("\${words[1]}" $profile completion --names $1 2> /dev/null)}")
  (($#names)) && compadd -- \${names:#}
}

_sotto_offer () {
  local -a offered=("$@")
  _describe -V 'sotto' offered
}

_sotto () {
  local current=\${words[CURRENT]} before='' word way='' verb='' i count=-1
  local -a profile=()
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
    case $word in
      --profile) profile=(--profile "\${words[i + 1]}"); before=$word; ((i++)) ;;
      ${taking(table).filter(name => name !== '--profile').join('|')}) before=$word; ((i++)) ;;
      -*) ;;
      *)
        if [[ -z $verb ]]; then
          verb=$word way=$word count=0
        else
          case "$way $word" in
            ${table.entries.filter(entry => entry.path.includes(' ')).map(entry => quoted(entry.path)).join('|')}) way="$way $word" ;;
            *) ((count++)) ;;
          esac
        fi ;;
    esac
  done

  if ((i > CURRENT)); then
    case $before in
      ${values(table.global).join('\n      ')}
    esac
    case "$way $before" in
      ${table.entries.flatMap(entry => values(entry.flags).map(line => `${quoted(entry.path)}' '${line}`)).join('\n      ')}
    esac
    return
  fi

  if [[ $current == -* ]]; then
    case $way in
      ${table.entries.map(entry => `${quoted(entry.path)}) _sotto_offer ${describe([...entry.flags, ...table.global])} ;;`).join('\n      ')}
      *) _sotto_offer ${describe(table.global)} ;;
    esac
    return
  fi

  if [[ -z $verb ]]; then _sotto_offer ${list(table.verbs)}; return; fi
  case "$way:$count" in
    ${[...table.seconds].map(([verb, words]) => `${quoted(`${verb}:0`)}) _sotto_offer ${list(words)} ;;`).join('\n    ')}
    ${table.entries.flatMap(entry => entry.words.map((words, at) => ({ words, at })).filter(({ words }) => words !== 'any').map(({ words, at }) => `${quoted(`${entry.path}:${at}`)}) ${offer(words)} ;;`)).join('\n    ')}
  esac
}

if [[ $funcstack[1] == _sotto ]]; then _sotto "$@"; else compdef _sotto sotto; fi
`
}
