/** Tasks of a Makefile and the like: names, what they run, what they need first. */
export interface Recipe {
  name: string
  /** The tasks that are run before it. */
  needs: string[]
  /** Its lines. */
  body: string
}

/** The recipes that a file of this name holds, by the command that runs one of them; undefined where it is none of these files. */
export function recipesOf(file: string, text: string): { runner: string; recipes: Recipe[] } | undefined {
  const name = file.slice(file.lastIndexOf('/') + 1)
  if (/^(GNUmakefile|[Mm]akefile)$/.test(name)) return { runner: 'make', recipes: indented(text, MAKE) }
  if (/^[Jj]ustfile$/.test(name)) return { runner: 'just', recipes: indented(text, JUST) }
  if (name === 'package.json') return { runner: 'npm run', recipes: npmScripts(text) }
  if (name === 'pyproject.toml') return tasksOf(text)
  return undefined
}

/** The commands that a `pyproject.toml` installs: `[project.scripts]`, also as poetry has them. */
export function installedScripts(pyproject: string): string[] {
  return ['project.scripts', 'tool.poetry.scripts'].flatMap(table => [...entriesOf(pyproject, table).keys()])
}

/** The recipe and all that is run before it. */
export function closureOf(recipes: readonly Recipe[], name: string): Recipe[] {
  const found = new Map<string, Recipe>()
  const visit = (wanted: string): void => {
    const recipe = recipes.find(one => one.name === wanted)
    if (!recipe || found.has(wanted)) return
    found.set(wanted, recipe)
    for (const need of recipe.needs) visit(need)
    for (const [, called] of recipe.body.matchAll(/(?:\$\(MAKE\)|\bmake|\bjust) +([\w.-]+)/g)) visit(called!)
  }
  visit(name)
  return [...found.values()]
}

// --- internal ---

const MAKE = /^([A-Za-z0-9_][\w ./-]*?)\s*::?(?![=:])\s*([^#;=]*)/
const JUST = /^@?([A-Za-z_][\w-]*)(?:\s+[^:]*)?:(?!=)\s*([^#]*)/

function indented(text: string, head: RegExp): Recipe[] {
  const recipes: Recipe[] = []
  let open: Recipe[] = []
  for (const line of text.replace(/\\\r?\n[ \t]*/g, ' ').split(/\r?\n/)) {
    if (/^[ \t]+\S/.test(line)) for (const recipe of open) recipe.body += `${line.trim()}\n`
    const [, names, needs = ''] = /^[ \t#.]/.test(line) ? [] : (head.exec(line) ?? [])
    if (names === undefined) continue
    open = names.split(/\s+/).map(name => ({ name, needs: needs.split(/\s+/).filter(Boolean), body: '' }))
    recipes.push(...open)
  }
  return recipes
}

function npmScripts(text: string): Recipe[] {
  const scripts = objectIn(objectIn(jsonOf(text))?.scripts)
  return Object.entries(scripts ?? {}).flatMap(([name, body]) =>
    typeof body === 'string' ? [{ name, needs: [], body }] : [],
  )
}

/** A `package.json` that does not parse has no scripts; npm itself says what is wrong with it. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function objectIn(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
}

const TASK_RUNNERS = [
  { table: 'tool.poe.tasks', runner: 'poe' },
  { table: 'tool.pdm.scripts', runner: 'pdm run' },
  { table: 'tool.pixi.tasks', runner: 'pixi run' },
]

function tasksOf(pyproject: string): { runner: string; recipes: Recipe[] } | undefined {
  for (const { table, runner } of TASK_RUNNERS) {
    const tasks = entriesOf(pyproject, table)
    if (tasks.size > 0)
      return { runner, recipes: [...tasks].map(([name, body]) => ({ name, needs: [], body })) }
  }
  return undefined
}

/** The keys of a table of TOML with the rest of their lines: no more than names are read of it. */
function entriesOf(toml: string, table: string): Map<string, string> {
  const entries = new Map<string, string>()
  let isInside = false
  for (const line of toml.split(/\r?\n/)) {
    const head = /^\s*\[+\s*([^\]]+?)\s*\]/.exec(line)?.[1]
    if (head !== undefined) {
      isInside = head === table
      const name = head.startsWith(`${table}.`)
        ? head.slice(table.length + 1).replace(/["']/g, '')
        : undefined
      if (name !== undefined && /^[\w-]+$/.test(name)) entries.set(name, '')
    }
    const [, name, rest] = isInside ? (/^\s*["']?([\w-]+)["']?\s*=\s*(.*)$/.exec(line) ?? []) : []
    if (name !== undefined) entries.set(name, rest!)
  }
  return entries
}
