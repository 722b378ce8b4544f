import neostandard, { resolveIgnoresFromGitignore } from 'neostandard'
import tseslint from 'typescript-eslint'

const globals = Object.fromEntries(['describe', 'it', 'before', 'after', 'beforeEach', 'afterEach'].map(name => [name, 'readonly']))
const tests = ['**/test/**/*.ts', '**/*.spec.ts', '**/*.node.ts', '**/*.browser.ts']

export default [
  ...neostandard({ ts: true, ignores: [...resolveIgnoresFromGitignore(), '**/*.pb.ts'] }),
  {
    rules: {
      '@stylistic/space-before-function-paren': ['error', 'always'],
      'max-lines': ['error', { max: 400 }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } }]
    }
  },
  { files: ['*.js', '*.cjs'], rules: { 'no-restricted-exports': 'off' } }, // configuration files are read by their default export
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      'no-void': ['error', { allowAsStatement: true }], // marks a promise that is left alone on purpose
      'no-redeclare': 'off', // an interface and its function may share a name; tsc refuses the rest
      'no-restricted-syntax': ['error',
        { selector: 'TSEnumDeclaration', message: 'A union of literals instead.' },
        { selector: 'TSModuleDeclaration[kind="namespace"]', message: 'A module instead.' },
        { selector: 'TSParameterProperty', message: 'Type stripping cannot erase it: assign in the body.' }
      ],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }]
    }
  },
  {
    files: ['packages/*/src/**/*.{ts,tsx}', 'protocols/**/*.ts'],
    ignores: tests,
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-restricted-globals': ['error', { name: 'Buffer', message: 'Uint8Array; only platform/ knows Buffer.' }]
    }
  },
  { files: ['packages/node/src/platform/**/*.ts', 'packages/cli/src/**/*.ts'], rules: { 'no-restricted-globals': 'off' } },
  { files: tests, languageOptions: { globals }, rules: { 'no-unused-expressions': 'off', '@typescript-eslint/no-unused-expressions': 'off' } }
]
