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
  if (/^\.?[Jj]ustfile$/.test(name)) return { runner: 'just', recipes: indented(text, JUST) }
  if (/^Taskfile\.ya?ml$/i.test(name)) return { runner: 'task', recipes: taskfile(text) }
  if (name === 'package.json') return { runner: 'npm run', recipes: npmScripts(text) }
  if (name === 'pyproject.toml') return tasksIn(text, TASK_RUNNERS)
  if (name === 'pixi.toml') return tasksIn(text, [{ table: 'tasks', runner: 'pixi run' }])
  if (name === 'tasks.py' && /\binvoke\b/.test(text))
    return { runner: 'invoke', recipes: decorated(text, 'task').map(dashed) }
  if (name === 'noxfile.py') return { runner: 'nox -s', recipes: decorated(text, '(?:nox\\.)?session') }
  return undefined
}

/** The commands that a `pyproject.toml` installs: `[project.scripts]`, also as poetry has them. */
export function installedScripts(pyproject: string): string[] {
  return installed(pyproject).map(([name]) => name)
}

/** By the name of such a command the module that it starts: `mymodel.train` of `mymodel.train:main`. */
export function startedModules(pyproject: string): ReadonlyMap<string, string> {
  return new Map(
    installed(pyproject).flatMap(([name, rest]) => {
      const module = /["']([\w.]+):/.exec(rest)?.[1]
      return module === undefined ? [] : [[name, module]]
    }),
  )
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

function installed(pyproject: string): [name: string, rest: string][] {
  return ['project.scripts', 'tool.poetry.scripts'].flatMap(table => [...entriesOf(pyproject, table)])
}

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

/** The tasks of a `Taskfile.yml`: no more than names, what comes first, and lines are read of it. */
function taskfile(text: string): Recipe[] {
  const [, tasks = ''] = /^tasks:[^\n]*\n((?:[ \t]+[^\n]*\n?|\s*\n)*)/m.exec(text) ?? []
  return [...tasks.matchAll(/^ {2}([\w:-]+):[^\n]*\n?((?: {3,}[^\n]*\n?|\s*\n)*)/gm)].map(
    ([, name, body]) => ({
      name: name!,
      needs: [
        /deps: *\[([^\]]*)\]/.exec(body!)?.[1] ?? '',
        ...(body!.match(/- task: *[\w:-]+/g) ?? []),
      ].flatMap(needs => needs.replace(/^- task: */, '').match(/[\w:-]+/g) ?? []),
      body: body!,
    }),
  )
}

/** Functions of Python below a decorator: tasks of invoke, sessions of nox. */
function decorated(text: string, decorator: string): Recipe[] {
  const head = new RegExp(
    `^@${decorator}\\b(?:\\(([^)]*)\\))?[^\\n]*\\n(?:@[^\\n]*\\n)*def (\\w+)[^\\n]*\\n((?:[ \\t]+[^\\n]*\\n?|\\s*\\n)*)`,
    'gm',
  )
  return [...text.matchAll(head)].map(([, options = '', called, body]) => ({
    name: /name *= *["']([\w.-]+)["']/.exec(options)?.[1] ?? called!,
    needs: /^\w+(?:, *\w+)*$/.test(options)
      ? options.split(/, */)
      : (/\bpre *= *\[([^\]]*)\]/.exec(options)?.[1]?.match(/\w+/g) ?? []),
    // What is run in pieces, `"python", "src/main.py"`, reads as a line too.
    body: body!.replace(/["'], *["']/g, ' '),
  }))
}

/** invoke calls `train_model` by `train-model`. */
function dashed({ name, needs, body }: Recipe): Recipe {
  const dashes = (text: string) => text.replaceAll('_', '-')
  return { name: dashes(name), needs: needs.map(dashes), body }
}

interface TaskTable {
  table: string
  runner: string
}

const TASK_RUNNERS: TaskTable[] = [
  { table: 'tool.poe.tasks', runner: 'poe' },
  { table: 'tool.pdm.scripts', runner: 'pdm run' },
  { table: 'tool.pixi.tasks', runner: 'pixi run' },
  { table: 'tool.hatch.envs.default.scripts', runner: 'hatch run' },
  { table: 'tool.rye.scripts', runner: 'rye run' },
]

function tasksIn(
  toml: string,
  tables: readonly TaskTable[],
): { runner: string; recipes: Recipe[] } | undefined {
  for (const { table, runner } of tables) {
    const tasks = entriesOf(toml, table)
    if (tasks.size > 0)
      return {
        runner,
        recipes: [...tasks].map(([name, body]) => {
          const [, needs = ''] = /depends[-_]on *= *\[([^\]]*)\]/.exec(body) ?? []
          return { name, needs: needs.match(/[\w-]+/g) ?? [], body }
        }),
      }
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
