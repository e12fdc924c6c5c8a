import { AssayError, type Problem } from '../core/errors/errors.ts'
import { isVisible, visible } from '../core/text/visible-text.ts'
import type { CiFacts, ReadFacts } from './ci.ts'

/**
 * The facts with empty ones left out. Some of them are chosen by whoever opens a pull request and all of them end up
 * in URLs and git commands, so each must have its form: no options in the place of branches, no line ends.
 *
 * @throws AssayError with every fact that is not what it should be
 */
export function checkFacts(facts: ReadFacts): CiFacts {
  const given = Object.entries(facts).filter(([, value]) => value !== undefined && value !== '')
  const problems: Problem[] = []
  for (const [name, value] of given) {
    const rule = RULES[name as keyof CiFacts]
    if (!rule || rule.fits(String(value))) continue
    problems.push({
      what: `${name} is ${visible(JSON.stringify(value)).slice(0, 120)}, which is no ${rule.what}`,
    })
  }
  if (problems.length === 0) return Object.fromEntries(given) as unknown as CiFacts
  throw new AssayError({
    code: 'CI_FACTS_INVALID',
    title: `${facts.name} says something about this run that cannot be used`,
    problems: problems.map(problem => ({ ...problem, fix: 'Rename the branch, or correct the variable' })),
  })
}

/** A number from an environment variable, undefined unless it is a whole positive one. */
export function parseNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined
}

// --- internal ---

interface Rule {
  what: string
  fits: (value: string) => boolean
}

const BRANCH: Rule = { what: 'branch name', fits: isBranch }
const COMMIT: Rule = { what: 'commit', fits: value => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value) }
const URL_RULE: Rule = { what: 'http(s) URL without credentials', fits: isWebUrl }

const RULES: { [Name in keyof CiFacts]?: Rule } = {
  repository: { what: 'repository', fits: isRepository },
  apiUrl: URL_RULE,
  serverUrl: URL_RULE,
  runUrl: URL_RULE,
  actor: { what: 'name', fits: value => value.length <= 200 && isVisible(value) },
  pullRequest: { what: 'pull request number', fits: value => parseNumber(value) !== undefined },
  headSha: COMMIT,
  mergeSha: COMMIT,
  otherSha: COMMIT,
  head: {
    what: 'owner:branch',
    fits: value => /^[\w.-]{1,255}:/.test(value) && isBranch(value.slice(value.indexOf(':') + 1)),
  },
  baseSha: COMMIT,
  baseRef: BRANCH,
  headBranch: BRANCH,
  branch: BRANCH,
  defaultBranch: BRANCH,
  runOrder: { what: 'pair of numbers', fits: value => /^\d{1,15}\.\d{1,15}$/.test(value) },
  summaryFile: {
    what: 'absolute path',
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a path must not hold
    fits: value => /^(?:\/|[A-Za-z]:[\\/])[^\0-\x1f\x7f-\x9f]*$/.test(value),
  },
}

/** `git check-ref-format`, and no leading `-`, which git itself allows on a server. */
function isBranch(name: string): boolean {
  if (name.length > 255 || name.startsWith('-') || name === '@') return false
  if (!isVisible(name) || /[ ~^:?*[\\]|\.\.|@\{|\/\/|\/$|^\/|\.$/.test(name)) return false
  return name.split('/').every(part => !part.startsWith('.') && !part.endsWith('.lock'))
}

function isRepository(path: string): boolean {
  const parts = path.split('/')
  return parts.length >= 2 && parts.every(part => /^[\w.-]{1,255}$/.test(part) && !/^-|^\.+$/.test(part))
}

function isWebUrl(text: string): boolean {
  if (/\s/.test(text) || !isVisible(text) || !URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}
