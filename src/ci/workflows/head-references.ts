// What a workflow's text takes from the pull request that set it off, and what from the repository itself.

/** What variables of a step hold, by their names in small letters. */
export interface Variables {
  heads: string[]
  own: string[]
}

/** Names what a pull request, or the run that it set off, has brought. */
export function isHead(text: string, { heads }: Variables): boolean {
  const plain = normal(text)
  return HEAD.test(plain) || heads.some(name => mentions(plain, name))
}

/** A name that stands there, or something of the base: whoever opens a pull request chooses neither. */
export function isOwn(text: string, { own }: Variables): boolean {
  return [...normal(text).matchAll(/\$\{\{(.*?)\}\}/gs)].every(
    ([, expression = '']) => OWN.test(expression) || own.some(name => expression === `env.${name}`),
  )
}

/** Sorted by what their values name; one may be made of another. */
export function variablesOf(env: Readonly<Record<string, unknown>>): Variables {
  const entries = Object.entries(env).map(([name, value]) => [name.toLowerCase(), String(value)] as const)
  const variables: Variables = { heads: [], own: [] }
  for (let before = -1; before < variables.heads.length; ) {
    before = variables.heads.length
    variables.heads = entries.filter(([, value]) => isHead(value, variables)).map(([name]) => name)
  }
  variables.own = entries.filter(([, value]) => isOwn(value, variables)).map(([name]) => name)
  return variables
}

// --- internal ---

const HEAD =
  /github\.(?:head_ref\b|event\.(?:pull_request\.(?:head\b|merge_commit_sha)|workflow_run\.(?:head_|pull_requests)))|refs\/(?:remotes\/)?pull\/|\bpull\/\S*\/(?:head|merge)\b/

const OWN =
  /^(?:github\.(?:sha|ref|ref_name|base_ref|workflow_sha|repository|event\.pull_request\.base\.[\w.]+|event\.repository\.[\w.]+)|vars\.\w+|'[^']*')(?:\|\|(?:github\.(?:sha|ref|base_ref)|'[^']*'))*$/

/** A variable in an expression, or in a script of any shell. */
function mentions(text: string, name: string): boolean {
  if (!/^\w+$/.test(name)) return false
  return new RegExp(`\\$\\{?${name}\\b|\\$env:${name}\\b|%${name}%|\\benv\\.${name}\\b`).test(text)
}

/** Expressions may be written with spaces, capitals and brackets: `GitHub['event'].pull_request . head`. */
function normal(text: string): string {
  const lower = text.toLowerCase()
  return lower.replace(/\$\{\{.*?\}\}/gs, expression =>
    expression.replace(/\s+/g, '').replace(/\[(['"])([\w-]+)\1\]/g, '.$2'),
  )
}
