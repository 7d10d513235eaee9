// The import rules of ARCHITECTURE.md ("Imports"), as checks. Type-only imports count too.
const pure = '^(node_modules/(zod|eventsource-parser)/)'
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

module.exports = {
  forbidden: [
    rule('no-cycles', 'A cycle has no first file to read.', {}, { circular: true }),
    rule(
      'domain-is-the-root',
      'domain imports only domain and zod.',
      { path: '^shared/domain' },
      { pathNot: `^shared/domain|${pure}` },
    ),
    rule(
      'protocol-over-domain',
      'protocol imports only domain.',
      { path: '^shared/protocol' },
      { pathNot: `^shared/|${pure}` },
    ),
    rule(
      'core-is-pure',
      'core imports only domain, core, zod, eventsource-parser.',
      { path: '^daemon/core' },
      { pathNot: `^daemon/core|^shared/domain|${pure}` },
    ),
    rule(
      'gateway-over-core',
      'gateway knows no concrete part.',
      { path: '^daemon/gateway' },
      { pathNot: `^daemon/(gateway|core)|^shared|${pure}` },
    ),
    rule(
      'providers-over-ports',
      'providers import ports, core, domain.',
      { path: '^daemon/providers' },
      { path: '^daemon/(?!providers|core|gateway/ports)|^extension|^test' },
    ),
    rule(
      'storage-over-ports',
      'storage imports ports, core, shared.',
      { path: '^daemon/storage' },
      { path: '^daemon/(?!storage|core|gateway/ports)|^extension|^test' },
    ),
    rule(
      'servers-over-gateway',
      'servers import gateway, core, shared.',
      { path: '^daemon/servers' },
      { path: '^daemon/(?!servers|gateway|core)|^extension|^test' },
    ),
    rule(
      'servers-apart',
      'rpc, lsp and http never import each other.',
      { path: '^daemon/servers/(rpc|lsp|http)/' },
      { path: '^daemon/servers/(rpc|lsp|http)/', pathNot: '^daemon/servers/$1/' },
    ),
    rule(
      'cli-is-a-client',
      'The command line talks to the daemon over the protocol.',
      { path: '^daemon/cli' },
      { path: '^daemon/(gateway|servers|providers|core)|^extension|^test' },
    ),
    rule(
      'only-compose-composes',
      'Nothing imports the composition root but the entry.',
      { pathNot: '^(daemon/(main|compose)\\.ts|test)' },
      { path: '^daemon/compose' },
    ),
    rule(
      'extension-over-shared',
      'The extension and the daemon meet only in shared.',
      { path: '^extension' },
      { path: '^(daemon|test)' },
    ),
    rule(
      'page-over-shared',
      "The page knows only shared and the panel's messages.",
      { path: '^extension/panel/page' },
      { path: '^extension', pathNot: '^extension/panel/' },
    ),
    rule('nothing-imports-test', 'Tests are a leaf.', { pathNot: '^test' }, { path: '^test' }),
    rule(
      'one-undici-user',
      'Only upstreamHttp and its agents see sockets.',
      { pathNot: '^(daemon/providers/(upstreamHttp|upstreamAgents|undici\\.d)|test)' },
      { path: '^node_modules/undici/' },
    ),
    rule(
      'one-lowdb-user',
      'Only jsonStore knows lowdb.',
      { pathNot: '^(daemon/storage/jsonStore|test)' },
      { path: '^node_modules/lowdb/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(build|dist|artifacts|\\.vscode-test)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
