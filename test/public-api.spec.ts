import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import ts from 'typescript'

const root = join(import.meta.dirname, '..')
const door = join(root, 'packages/node/src/index.ts')
const snapshot = join(import.meta.dirname, 'public-api.txt')

/**
 * Every export of the door with its declaration, as one text: what a user of the library can lean on. Only what the
 * source says is printed (no inferred types), so the text does not move with the compiler.
 */
function publicApi (): string {
  const program = ts.createProgram([door], {
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    customConditions: ['source'],
    skipLibCheck: true,
    types: []
  })
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(door)
  const symbol = source === undefined ? undefined : checker.getSymbolAtLocation(source)
  if (symbol === undefined) throw new Error('the door exports nothing')
  const printer = ts.createPrinter({ removeComments: true })
  return checker.getExportsOfModule(symbol)
    .map(exported => {
      const target = (exported.flags & ts.SymbolFlags.Alias) === 0 ? exported : checker.getAliasedSymbol(exported)
      const texts = (target.declarations ?? []).map(node => outline(node, printer))
      return `${exported.name}\n${texts.join('\n').replace(/^/gm, '  ')}`
    })
    .sort()
    .join('\n\n') + '\n'
}

/** A declaration without bodies: signatures, members and types only. */
function outline (node: ts.Declaration, printer: ts.Printer): string {
  const bare = ts.isFunctionDeclaration(node)
    ? ts.factory.updateFunctionDeclaration(node, undefined, undefined, node.name, node.typeParameters, node.parameters, node.type, undefined)
    : ts.isClassDeclaration(node)
      ? ts.factory.updateClassDeclaration(node, undefined, node.name, node.typeParameters, node.heritageClauses, node.members
        .filter(member => !ts.isPropertyDeclaration(member) || !isPrivate(member))
        .map(member => ts.isConstructorDeclaration(member)
          ? ts.factory.updateConstructorDeclaration(member, undefined, member.parameters, undefined)
          : ts.isMethodDeclaration(member)
            ? ts.factory.updateMethodDeclaration(member, member.modifiers, undefined, member.name, undefined, member.typeParameters, member.parameters, member.type, undefined)
            : member))
      : node
  return printer.printNode(ts.EmitHint.Unspecified, bare, node.getSourceFile())
}

function isPrivate (member: ts.PropertyDeclaration): boolean {
  return ts.isPrivateIdentifier(member.name)
}

describe('the public API', () => {
  it('is what test/public-api.txt says: a change of it is made on purpose (SOTTO_UPDATE=1 writes it anew)', function () {
    this.timeout(60_000)
    const now = publicApi()
    if (process.env.SOTTO_UPDATE === '1') writeFileSync(snapshot, now)
    expect(now).to.equal(readFileSync(snapshot, 'utf8'))
  })

  it('lets no type of libp2p or ts-mls through', () => {
    expect(readFileSync(snapshot, 'utf8')).to.not.match(/libp2p|multiaddr|mls/i)
  })
})
