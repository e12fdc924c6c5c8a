import type { ErrorCode } from 'yaml'

/** What is wrong with the syntax of a YAML file, in our words: the parser's own speak of its inner workings. */

/** The sentence for an error of the parser. `message` tells apart what has one code; it is never shown. */
export function syntaxWords(code: ErrorCode, message: string): string {
  const special = SPECIAL.find(one => one.code === code && one.message.test(message))
  return special?.words ?? WORDS[code]
}

/** Whether the parser can tell no more what follows: what it finds after this is its consequence. */
export function breaksTheRest(code: ErrorCode): boolean {
  return !LOCAL.has(code)
}

/** The quote that stays open, or seems to. */
export function openQuote(quote: string, closes?: number): string {
  const here = `the text that begins here with ${quote === '"' ? '`"`' : "`'`"}`
  return closes === undefined
    ? `${here} is never closed`
    : `${here} goes on to line ${closes}: is a closing quote missing?`
}

// --- internal ---

const WORDS: Record<ErrorCode, string> = {
  ALIAS_PROPS: 'an alias (`*name`) can have neither anchor nor tag',
  BAD_ALIAS: 'an anchor or alias without a name',
  BAD_COLLECTION_TYPE: 'a tag that does not fit what follows it',
  BAD_DIRECTIVE: 'a directive (`%…`) that is not known',
  BAD_DQ_ESCAPE: 'an escape (`\\…`) that YAML does not know: use single quotes, or write `\\\\`',
  BAD_INDENT: 'the indentation does not fit what is above it',
  BAD_PROP_ORDER: 'an anchor or tag before the sign it belongs behind',
  BAD_SCALAR_START: 'a text that begins with a sign of YAML: put it into quotes',
  BLOCK_AS_IMPLICIT_KEY: 'two `:` on one line: put the text into quotes, or begin a new line',
  BLOCK_IN_FLOW: 'an indented list or map inside brackets',
  DUPLICATE_KEY: 'a key that is there twice',
  IMPOSSIBLE: 'this cannot stand here',
  KEY_OVER_1024_CHARS: 'a key of more than 1,024 characters',
  MISSING_CHAR: 'something is missing before this',
  MULTILINE_IMPLICIT_KEY: 'a key must be on one line and have a `:`',
  MULTIPLE_ANCHORS: 'two anchors for one value',
  MULTIPLE_DOCS: 'a second document begins here',
  MULTIPLE_TAGS: 'two tags for one value',
  NON_STRING_KEY: 'a key must be plain text',
  RESOURCE_EXHAUSTION: 'nested too deeply',
  TAB_AS_INDENT: 'a tab as indentation: use spaces',
  TAG_RESOLVE_FAILED: 'a tag (`!…`) that is not known here',
  UNEXPECTED_TOKEN: 'this cannot stand here: a quote, comma or bracket before it may be missing',
}

/** One code of the parser for several things that a person tells apart. */
const SPECIAL: { code: ErrorCode; message: RegExp; words: string }[] = [
  {
    code: 'MISSING_CHAR',
    message: /followed by map values/,
    words: 'a key without `:`, or a text that goes on from the line before',
  },
  { code: 'MISSING_CHAR', message: /^Comments must/, words: 'a comment needs a space before its `#`' },
  { code: 'MISSING_CHAR', message: /^Missing space after :/, words: 'a space is missing after `:`' },
  { code: 'MISSING_CHAR', message: /^Missing , or :/, words: 'a `,` or `:` is missing before this' },
  { code: 'MISSING_CHAR', message: /^Missing , between/, words: 'a `,` is missing before this' },
  { code: 'MISSING_CHAR', message: /without - indicator/, words: 'a list item without its `-`' },
  { code: 'MISSING_CHAR', message: /must end with a \]/, words: 'a `[` that is never closed with `]`' },
  { code: 'MISSING_CHAR', message: /must end with a \}/, words: 'a `{` that is never closed with `}`' },
  {
    code: 'BAD_INDENT',
    message: /must end with a \]|and end with a \]/,
    words: 'a `[` that is never closed with `]`',
  },
  {
    code: 'BAD_INDENT',
    message: /must end with a \}|and end with a \}/,
    words: 'a `{` that is never closed with `}`',
  },
  {
    code: 'BAD_INDENT',
    message: /mapping items must start/,
    words: 'this key is not indented like the keys above it',
  },
  {
    code: 'BAD_INDENT',
    message: /sequence items must start/,
    words: 'this `-` is not indented like those above it',
  },
  { code: 'UNEXPECTED_TOKEN', message: /Unexpected , in/, words: 'a `,` with nothing before it' },
]

/** What is wrong at one line and hides nothing. */
const LOCAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ALIAS_PROPS',
  'BAD_ALIAS',
  'BAD_COLLECTION_TYPE',
  'BAD_DIRECTIVE',
  'BAD_DQ_ESCAPE',
  'KEY_OVER_1024_CHARS',
  'MULTIPLE_ANCHORS',
  'MULTIPLE_TAGS',
  'NON_STRING_KEY',
  'TAG_RESOLVE_FAILED',
])
