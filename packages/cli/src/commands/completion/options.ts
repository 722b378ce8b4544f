import type { CommandSpec } from '../../values.ts'

export const options: CommandSpec = {
  name: 'completion',
  summary: 'Completion of verbs, options and names for a shell',
  positionals: [{ name: 'SHELL', optional: true, choices: ['bash', 'zsh', 'fish'], help: 'bash, zsh or fish' }],
  options: [{ name: 'names', value: 'LIST', choices: ['contacts', 'requests'], hidden: true, help: 'the names that the resident node knows, for the completion itself' }],
  examples: [
    { line: 'source <(sotto completion bash)', says: 'in ~/.bashrc' },
    { line: 'source <(sotto completion zsh)', says: 'in ~/.zshrc, after compinit' },
    { line: 'sotto completion fish > ~/.config/fish/completions/sotto.fish', says: 'for fish, once' }
  ]
}
