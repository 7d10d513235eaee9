/**
 * What the practice providers know of programming languages: how comments and strings look, and which lines declare a
 * name or import something. Families share a row. Patterns are run on single lines whose strings are blanked.
 */

export type DeclarationKind = 'function' | 'class' | 'type' | 'method'

export type DeclarationPattern = {
  readonly kind: DeclarationKind
  /** Its group `name` is the declared name. */
  readonly pattern: RegExp
  /** Only counted directly within a class. */
  readonly isMember?: true
}

export type LanguageFamily = {
  readonly name: string
  readonly lineComments: readonly string[]
  readonly blockComments: readonly (readonly [open: string, close: string])[]
  /** Longer ones first. */
  readonly quotes: readonly string[]
  readonly hasRegexLiterals: boolean
  /** What holds a block together. */
  readonly blocks: 'braces' | 'indentation' | 'unknown'
  readonly declarations: readonly DeclarationPattern[]
  /** Run on the code as it is, since what is imported is often a string; group `what`. */
  readonly imports: readonly RegExp[]
  /** Around a comment of one line. */
  readonly comment: readonly [open: string, close: string]
}

const cLike = {
  lineComments: ['//'],
  blockComments: [['/*', '*/']],
  quotes: ['"', "'"],
  hasRegexLiterals: false,
  blocks: 'braces',
  comment: ['// ', ''],
} as const

const hashLike = {
  lineComments: ['#'],
  blockComments: [],
  quotes: ['"', "'"],
  hasRegexLiterals: false,
  blocks: 'unknown',
  declarations: [],
  imports: [],
  comment: ['# ', ''],
} as const

const modifiers =
  '(?:(?:export|default|declare|abstract|async|public|private|protected|internal|static|final|sealed|override|open|data|partial|pub(?:\\([^)]*\\))?|unsafe|const|extern)\\s+)*'

function declaration(kind: DeclarationKind, source: string): DeclarationPattern {
  return { kind, pattern: new RegExp(`^\\s*${modifiers}${source}`) }
}

const member: DeclarationPattern = {
  kind: 'method',
  isMember: true,
  pattern:
    /^\s*(?:[\w<>[\],.?@]+\s+)*(?!(?:if|for|while|switch|catch|return|function|with|do|else|new|using|lock|synchronized)\b)(?:\*\s*)?(?<name>#?[\w$]+)\s*(?:<[^<>(]*>)?\((?!.*=>).*\{\s*$/,
}

const typescript: LanguageFamily = {
  ...cLike,
  name: 'typescript',
  quotes: ['"', "'", '`'],
  hasRegexLiterals: true,
  declarations: [
    declaration('function', 'function\\b\\s*\\*?\\s*(?<name>[\\w$]+)'),
    declaration('function', '(?:let|var)?\\s*(?<name>[\\w$]+)\\s*(?::[^=]+)?=\\s*(?:async\\s+)?function\\b'),
    declaration(
      'function',
      '(?:let|var)?\\s*(?<name>[\\w$]+)\\s*(?::[^=]+)?=\\s*(?:async\\s+)?(?:<[^>]*>\\s*)?(?:\\((?:[^()]|\\([^()]*\\))*\\)(?:\\s*:[^=]+)?|[\\w$]+)\\s*=>',
    ),
    declaration('class', 'class\\s+(?<name>[\\w$]+)'),
    declaration('type', '(?:interface|enum|namespace)\\s+(?<name>[\\w$]+)'),
    declaration('type', 'type\\s+(?<name>[\\w$]+)\\s*(?:<.*)?=?'),
    member,
  ],
  imports: [
    /^\s*(?:import|export|\})[^'"`;]*?\bfrom\s*['"](?<what>[^'"]+)['"]/,
    /^\s*import\s*['"](?<what>[^'"]+)['"]/,
    /\brequire\(\s*['"](?<what>[^'"]+)['"]\s*\)/,
  ],
}

const python: LanguageFamily = {
  ...hashLike,
  name: 'python',
  quotes: ['"""', "'''", '"', "'"],
  blocks: 'indentation',
  declarations: [declaration('function', 'def\\s+(?<name>\\w+)'), declaration('class', 'class\\s+(?<name>\\w+)')],
  imports: [/^\s*from\s+(?<what>[\w.]+)\s+import\b/, /^\s*import\s+(?<what>[\w.]+)/],
}

const go: LanguageFamily = {
  ...cLike,
  name: 'go',
  quotes: ['"', "'", '`'],
  declarations: [
    declaration('function', 'func\\s+(?:\\([^)]*\\)\\s*)?(?<name>\\w+)'),
    declaration('type', 'type\\s+(?<name>\\w+)'),
  ],
  imports: [/^\s*import\s+(?:[\w.]+\s+)?"(?<what>[^"]+)"/, /^\t(?:[\w.]+\s+)?"(?<what>[\w./-]+)"\s*$/],
}

const rust: LanguageFamily = {
  ...cLike,
  name: 'rust',
  declarations: [
    declaration('function', 'fn\\s+(?<name>\\w+)'),
    declaration('type', '(?:struct|enum|trait|union|type|mod)\\s+(?<name>\\w+)'),
  ],
  imports: [/^\s*(?:pub\s+)?use\s+(?<what>[\w:]+)/],
}

const classes: LanguageFamily = {
  ...cLike,
  name: 'classes',
  declarations: [
    declaration('class', '(?:class|object|record|struct)\\s+(?<name>\\w+)'),
    declaration('type', '(?:@?interface|enum|trait|protocol)\\s+(?<name>\\w+)'),
    declaration('function', '(?:fun|func|function|def)\\s+(?<name>\\w+)'),
    member,
  ],
  imports: [/^\s*(?:import|using|use)\s+(?:static\s+)?(?<what>[\w.*\\]+)/],
}

const c: LanguageFamily = {
  ...cLike,
  name: 'c',
  declarations: [
    declaration(
      'type',
      '(?:typedef\\s+)?(?:struct|enum|union|class|namespace)\\s+(?<name>\\w+)\\s*(?::[^;]*)?(?:\\{|$)',
    ),
    {
      kind: 'function',
      pattern:
        /^(?!\s|#|return\b|else\b|typedef\b)[\w\s*&:<>,~]*?\b(?<name>[\w:~]+)\s*\([^;=]*\)\s*(?:const\s*)?(?:\{.*)?$/,
    },
  ],
  imports: [/^\s*#\s*include\s*[<"](?<what>[^>"]+)[>"]/],
}

const shell: LanguageFamily = {
  ...hashLike,
  name: 'shell',
  blocks: 'braces',
  declarations: [{ kind: 'function', pattern: /^\s*(?:function\s+)?(?<name>[\w-]+)\s*\(\)/ }],
}

/** Blocks end in a word: sizes and nesting are read from the indentation, which the community keeps strictly. */
const ruby: LanguageFamily = {
  ...hashLike,
  name: 'ruby',
  blocks: 'indentation',
  declarations: [
    declaration('function', 'def\\s+(?<name>[\\w.?!]+)'),
    declaration('class', '(?:class|module)\\s+(?<name>\\w+)'),
  ],
  imports: [/^\s*require(?:_relative)?\s+['"](?<what>[^'"]+)['"]/],
}

const dashes: LanguageFamily = { ...hashLike, name: 'dashes', lineComments: ['--'], comment: ['-- ', ''] }
const markup: LanguageFamily = {
  ...hashLike,
  name: 'markup',
  lineComments: [],
  blockComments: [['<!--', '-->']],
  quotes: [],
  comment: ['<!-- ', ' -->'],
}
const style: LanguageFamily = {
  ...hashLike,
  name: 'style',
  lineComments: [],
  blockComments: [['/*', '*/']],
  blocks: 'braces',
  comment: ['/* ', ' */'],
}
const hashes: LanguageFamily = { ...hashLike, name: 'hashes' }
const semicolons: LanguageFamily = {
  ...hashLike,
  name: 'semicolons',
  lineComments: [';'],
  quotes: ['"'],
  comment: ['; ', ''],
}
const percents: LanguageFamily = { ...hashLike, name: 'percents', lineComments: ['%'], quotes: [], comment: ['% ', ''] }
const unknown: LanguageFamily = { ...hashLike, name: 'unknown', lineComments: [], quotes: [], comment: ['// ', ''] }

/** By VS Code's language ids (code.visualstudio.com, "Language identifiers", 2026-10) and common fence names. */
const familyOfId: ReadonlyMap<string, LanguageFamily> = new Map(
  [
    [typescript, 'typescript typescriptreact javascript javascriptreact ts tsx js jsx mjs cjs mts cts'],
    [python, 'python py'],
    [go, 'go golang'],
    [rust, 'rust rs'],
    [classes, 'java kotlin kt csharp cs swift scala dart php groovy'],
    [c, 'c cpp c++ objective-c objective-cpp cuda-cpp h hpp'],
    [shell, 'shellscript shell sh bash zsh'],
    [ruby, 'ruby rb'],
    [dashes, 'sql lua haskell elm ada vhdl'],
    [markup, 'html xml markdown md vue svelte svg xsl'],
    [style, 'css scss less'],
    [hashes, 'yaml yml toml dockerfile makefile r perl powershell julia elixir coffeescript nim ini properties cmake'],
    [semicolons, 'clojure lisp scheme racket'],
    [percents, 'latex tex erlang prolog matlab'],
  ].flatMap(([family, ids]) => (ids as string).split(' ').map((id) => [id, family as LanguageFamily] as const)),
)

export function languageFamilyOf(languageId: string): LanguageFamily {
  return familyOfId.get(languageId.toLowerCase()) ?? unknown
}
