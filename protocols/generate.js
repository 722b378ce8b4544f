// Generates the *.pb.ts beside every *.proto with protons, loosens its byte arrays to plain Uint8Array, and leaves out what
// decodes field by field: nobody here calls it, no bundler can see that, and it is half of the code.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

for (const entry of readdirSync(here, { withFileTypes: true })) {
  if (!entry.isDirectory() || entry.name === 'node_modules' || entry.name === 'dist') continue
  for (const file of readdirSync(join(here, entry.name))) {
    if (!file.endsWith('.proto')) continue
    const source = join(here, entry.name, file)
    execFileSync('protons', [source], { stdio: 'inherit' })
    const emitted = source.replace(/\.proto$/, '.ts')
    const target = source.replace(/\.proto$/, '.pb.ts')
    renameSync(emitted, target)
    const text = readFileSync(target, 'utf8')
      .replaceAll('Uint8Array<ArrayBuffer>', 'Uint8Array')
      .replace(/^ {6}\}, function \* \(reader, length, prefix, opts = \{\}\) \{\n.*?^ {6}\}\)$/gms, '      }, function * () {})')
      .replace(/^ {2}export interface \w+FieldEvent \{\n.*?^ {2}\}\n\n/gms, '')
      .replace(/\n {2}export function stream \(.*?^ {2}\}\n/gms, '')
      .replace(', streamMessage }', ' }')
    writeFileSync(target, '// Generated from ' + file + ' by `npm run generate`; do not edit.\n' + text)
  }
}
