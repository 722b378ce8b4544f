// The arrows of ARCHITECTURE.md. `tsPreCompilationDeps` sees type-only imports too; where only values are barred, a rule says so.
const delivery = 'delivery|mailbox|search|sync|directory|session|introduction'
const people = 'contacts|conversations|files|calls|rooms|devices'
const foundations = 'identity|network|store'
const src = '^packages/node/src/'
const values = { dependencyTypesNot: ['type-only'] }

function rule (name, comment, from, to) {
  return { name, comment, severity: 'error', from, to }
}

module.exports = {
  forbidden: [
    rule('no-cycles', 'What needs each other is one part, or is missing a third.',
      {}, { circular: true, viaOnly: values }),
    rule('faces-use-the-front-door', 'What a face cannot get from index.ts (or the light errors.ts, or media.ts) is missing from that door.',
      { path: '^packages/(cli|web)/' }, { path: `${src}(?!(index|errors|media)\\.ts$)` }),
    rule('tests-use-the-front-door', 'Whole-house tests see what a user sees; the named folders look inside on purpose.',
      { path: '^test/', pathNot: '^test/(support/testnet|bench|adversary|vectors|compliance|simulation)' }, { path: `${src}(?!(index|errors|media)\\.ts$)` }),
    rule('node-knows-no-face', 'The messenger runs without any face.',
      { path: '^packages/node/' }, { path: '^packages/(cli|web)/' }),
    rule('faces-hold-no-protocol', 'Crypto, protocol and network live behind the door.',
      { path: '^packages/(cli|web)/src/' }, { path: '^protocols/|node_modules/(@?libp2p|@chainsafe|@noble|@hpke|ts-mls|level|classic-level)/' }),
    rule('composition-root', 'node.ts sees everything, so nothing but the door may see node.ts.',
      { path: '^packages/', pathNot: `${src}index\\.ts$` }, { path: `${src}node\\.ts$` }),
    rule('door-is-not-used-inside', 'The door leads outwards.',
      { path: src }, { path: `${src}index\\.ts$` }),
    rule('delivery-is-below-people', 'Down only.',
      { path: `${src}(${delivery})/` }, { path: `${src}(${people})/` }),
    rule('foundations-are-below-delivery', 'Down only.',
      { path: `${src}(${foundations})/` }, { path: `${src}(${people}|${delivery})/` }),
    rule('platform-is-below-all', 'Down only.',
      { path: `${src}platform/` }, { path: `${src}(${people}|${delivery}|${foundations})/` }),
    rule('people-meet-through-components', 'What people do does not reach sideways for values.',
      { path: `${src}(${people})/` }, { path: `${src}(${people})/`, pathNot: `${src}$1/`, ...values }),
    rule('libp2p-values-in-network', 'Types may travel; the library itself stays behind network/. (Multiaddr is a format, and free.)',
      { path: src, pathNot: `${src}network/` }, { path: 'node_modules/(libp2p|@libp2p|@chainsafe)/', ...values }),
    rule('mls-only-in-session', 'session/ is the one place that guards the library.',
      { path: src, pathNot: `${src}session/` }, { path: 'node_modules/ts-mls/' }),
    rule('level-only-in-store', 'Everything on disk passes the encrypted store.',
      { path: src, pathNot: `${src}(store|platform)/` }, { path: 'node_modules/(level|classic-level|browser-level|memory-level|abstract-level)/' }),
    rule('node-modules-of-node-only-in-platform', 'The rest runs in a page as it stands.',
      { path: src, pathNot: `${src}platform/` }, { dependencyTypes: ['core'] }),
    rule('protocols-are-a-leaf', 'The law knows nobody who lives by it.',
      { path: '^protocols/', pathNot: '\\.spec\\.ts$' }, { path: '^(packages|test)/|node_modules/(libp2p|@libp2p)/' }),
    rule('protocols-do-no-io', 'Specs, schemas, codecs: no disk, no clock, no socket.',
      { path: '^protocols/', pathNot: '\\.spec\\.ts$|^protocols/generate\\.js$' }, { dependencyTypes: ['core'] }),
    rule('no-tests-in-production', 'Danger stays where it is tested.',
      { path: '^(packages/[^/]+/(src|bin)|protocols)/', pathNot: '\\.spec\\.ts$' }, { path: '^test/|/test/' }),
    rule('resolvable', 'An import that resolves to nothing.',
      // react-aria names sources that it does not ship for the condition that shows us our own
      {}, { couldNotResolve: true, pathNot: '^react-aria-components/' }),
    rule('declared', 'Every package used stands in the package.json beside it.',
      { path: '^(packages/[^/]+/(src|bin)|protocols)/', pathNot: '\\.spec\\.ts$|^protocols/generate\\.js$' }, { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] })
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(packages/[^/]+|protocols|test)/dist/' },
    enhancedResolveOptions: {
      conditionNames: ['source', 'node', 'import', 'types', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.d.ts']
    }
  }
}
