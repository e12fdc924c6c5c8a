import { posix } from 'node:path'
import { type PlainYaml, parsePlainYaml } from '../../core/yaml/plain.ts'

/** Actions that a repository keeps for its own workflows: `uses: ./.github/actions/x`. */

/** The text of a file, by its path from the root. */
export interface TextFile {
  path: string
  text: string
}

/** A file of steps: a workflow or an action. */
export interface StepsFile {
  path: string
  yaml: PlainYaml
}

/** A step that runs, where it stands, and the environment around it with its own. */
export interface RunStep {
  step: Mapping
  file: StepsFile
  at: readonly (string | number)[]
  env: Mapping
  /** Of a step of an action: where the workflow uses that. */
  used?: string
}

export type Mapping = Record<string, unknown>

/**
 * Where a local action's file may be that `uses` names, likeliest first: `./base/.github/actions/x` may name it in a checkout
 * that an earlier step has put into a folder `base`. Nothing for what is no local action.
 */
export function actionPaths(uses: string): string[] {
  if (!/^\.\.?\//.test(uses)) return []
  const folder = posix.normalize(uses).replace(/\/+$/, '')
  const parts = folder.split('/').filter(part => part !== '.')
  if (parts.includes('..')) return []
  const folders = parts.length === 0 ? [''] : parts.map((_, at) => `${parts.slice(at).join('/')}/`)
  return folders.flatMap(one => [`${one}action.yml`, `${one}action.yaml`])
}

/** What steps and jobs of a workflow or an action use, as far as it is local. */
export function localUsesIn({ text }: TextFile): string[] {
  const found = new Set<string>()
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, below] of Object.entries(value))
      if (key === 'uses' && typeof below === 'string') found.add(below.trim())
      else walk(below)
  }
  walk(parsePlainYaml(text)?.value)
  return [...found].filter(uses => actionPaths(uses).length > 0)
}

/** Those of them that can be read. */
export function parseActions(files: readonly TextFile[]): StepsFile[] {
  return files.flatMap(({ path, text }) => {
    const yaml = parsePlainYaml(text)
    return yaml ? [{ path, yaml }] : []
  })
}

/**
 * The steps of a job as they run: in place of one that uses a local action, the steps of that (none, where it is JavaScript or
 * Docker), with what is handed over for `inputs.…`. An action within itself, which no forge runs, is left out.
 *
 * @param left steps that may still be looked at, counted down; an action that uses another twice, and that a third, makes many
 */
export function stepsThatRun(
  steps: readonly RunStep[],
  actions: readonly StepsFile[],
  left: { steps: number },
  within: readonly string[] = [],
): RunStep[] {
  const all: RunStep[] = []
  for (const one of steps) {
    if (left.steps <= 0) break
    left.steps--
    const { file, at, used = `, used in ${file.path}:${file.yaml.line(at)}` } = one
    const action = actionOf(one.step, actions)
    if (!action) all.push(one)
    else if (!within.includes(action.path)) {
      const inner = stepsOf(action, mapping(one.step.with)).map((step, index): RunStep => {
        const env = { ...one.env, ...mapping(step.env) }
        return { step, file: action, at: ['runs', 'steps', index], env, used }
      })
      all.push(...stepsThatRun(inner, actions, left, [...within, action.path]))
    }
  }
  return all
}

export function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {}
}

// --- internal ---

function actionOf({ uses }: Mapping, actions: readonly StepsFile[]): StepsFile | undefined {
  const paths = typeof uses === 'string' ? actionPaths(uses.trim()) : []
  const path = paths.find(one => actions.some(action => action.path === one))
  return actions.find(action => action.path === path)
}

/** What an action was not given has its default. */
function stepsOf({ yaml }: StepsFile, given: Mapping): Mapping[] {
  const { inputs, runs } = mapping(yaml.value)
  const values = new Map<string, string>()
  for (const [name, input] of Object.entries(mapping(inputs)))
    values.set(name.toLowerCase(), String(mapping(input).default ?? ''))
  for (const [name, value] of Object.entries(given)) values.set(name.toLowerCase(), String(value ?? ''))
  const { steps } = mapping(runs)
  return Array.isArray(steps) ? steps.map(step => mapping(filled(step, values))) : []
}

const INPUT = /(?<![\w.])inputs\s*(?:\.\s*([\w-]+)|\[\s*(['"])([\w-]+)\2\s*\])/gi

function filled(value: unknown, inputs: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string')
    return value.replace(/\$\{\{(.*?)\}\}/gs, (whole, expression: string) => {
      const read = (name = '') => inputs.get(name.toLowerCase()) ?? ''
      const [all, plain, , quoted] = [...expression.matchAll(INPUT)][0] ?? []
      if (all !== undefined && all === expression.trim()) return read(plain ?? quoted)
      if (all === undefined) return whole
      const within = expression.replace(INPUT, (_, one?: string, __?: string, other?: string) =>
        asTerm(read(one ?? other)),
      )
      return `\${{${within}}}`
    })
  if (Array.isArray(value)) return value.map(one => filled(one, inputs))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, filled(below, inputs)]))
}

/** A value inside an expression: an expression as it is, a text in quotes, a mixture as its parts. */
function asTerm(value: string): string {
  const [, expression] = /^\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*$/s.exec(value) ?? []
  if (expression !== undefined) return expression.trim()
  return value.includes('${{') ? value.replaceAll(/\$\{\{|\}\}/g, ' ') : `'${value.replaceAll("'", "''")}'`
}
