import neostandard, { resolveIgnoresFromGitignore } from 'neostandard'
import tseslint from 'typescript-eslint'

export default [
  ...neostandard({ ts: true, ignores: [...resolveIgnoresFromGitignore(), '**/*.pb.ts'] }),
  {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'no-redeclare': 'off',
      '@stylistic/space-before-function-paren': ['error', 'always'],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error'
    }
  },
  { files: ['packages/*/src/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'error' } },
  { files: ['**/test/**/*.ts', 'test/**/*.ts'], languageOptions: { globals: { describe: 'readonly', it: 'readonly', before: 'readonly', after: 'readonly', beforeEach: 'readonly', afterEach: 'readonly' } }, rules: { 'no-unused-expressions': 'off' } }
]
