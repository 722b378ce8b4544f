/** Completion for bash. */
import { quoted, taking } from './table.ts'
import type { Flag, Table, Words } from './table.ts'

function dashes (flags: readonly Flag[]): string { return flags.flatMap(flag => [`--${flag.name}`, ...flag.short === undefined ? [] : [`-${flag.short}`]]).join(' ') }

function offer (words: Words): string {
  if (words === 'contacts' || words === 'requests') return `_sotto_names ${words}`
  if (words === 'files') return '_sotto_files'
  return words === 'any' ? ':' : `_sotto_words ${quoted(words.join(' '))}`
}

function values (flags: readonly Flag[]): string[] {
  return flags.filter(flag => flag.value !== undefined && !flag.optional).map(flag => `--${flag.name}) ${offer(flag.value ?? 'any')}; return ;;`)
}

export function bashCompletion (table: Table): string {
  const names = (list: ReadonlyArray<{ name: string }>): string => quoted(list.map(({ name }) => name).join(' '))
  return `# bash completion for sotto: made by \`sotto completion bash\`

_sotto_words () {
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}

_sotto_files () {
  compopt -o filenames 2> /dev/null
  local IFS=$'\\n'
  COMPREPLY=($(compgen -f -- "$cur"))
}

# Asks the resident node; where none runs there is nothing to offer.
_sotto_names () {
  local name typed=\${cur//\\\\/}
  while IFS= read -r name; do
    [[ $name == "$typed"* ]] && COMPREPLY+=("$(printf %q "$name")")
  done < <("\${COMP_WORDS[0]}" \${profile[@]+"\${profile[@]}"} completion --names "$1" 2> /dev/null)
}

_sotto () {
  local cur=\${COMP_WORDS[COMP_CWORD]} before='' word path='' verb='' at count=-1 i
  local -a profile=()
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case $word in
      --profile) profile=(--profile "\${COMP_WORDS[i + 1]}"); before=$word; ((i++)) ;;
      ${taking(table).filter(name => name !== '--profile').join('|')}) before=$word; ((i++)) ;;
      -*|=) ;;
      *)
        if [[ -z $verb ]]; then
          verb=$word path=$word count=0
        else
          case "$path $word" in
            ${table.entries.filter(entry => entry.path.includes(' ')).map(entry => quoted(entry.path)).join('|')}) path="$path $word" ;;
            *) ((count++)) ;;
          esac
        fi ;;
    esac
  done

  # the value of the option before
  if ((i > COMP_CWORD)); then
    case $before in
      ${values(table.global).join('\n      ')}
    esac
    case "$path $before" in
      ${table.entries.flatMap(entry => values(entry.flags).map(line => `${quoted(entry.path)}' '${line}`)).join('\n      ')}
    esac
    return
  fi

  if [[ $cur == -* ]]; then
    case $path in
      ${table.entries.map(entry => `${quoted(entry.path)}) _sotto_words ${quoted(dashes([...entry.flags, ...table.global]))} ;;`).join('\n      ')}
      *) _sotto_words ${quoted(dashes(table.global))} ;;
    esac
    return
  fi

  if [[ -z $verb ]]; then _sotto_words ${names(table.verbs)}; return; fi
  case "$path:$count" in
    ${[...table.seconds].map(([verb, list]) => `${quoted(`${verb}:0`)}) _sotto_words ${names(list)} ;;`).join('\n    ')}
    ${table.entries.flatMap(entry => entry.words.map((words, at) => ({ words, at })).filter(({ words }) => words !== 'any').map(({ words, at }) => `${quoted(`${entry.path}:${at}`)}) ${offer(words)} ;;`)).join('\n    ')}
  esac
}

complete -F _sotto sotto
`
}
