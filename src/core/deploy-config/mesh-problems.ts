import type { Problem } from '../errors/errors.ts'
import { shortened, visible } from '../text/visible-text.ts'
import type { WhereOf } from '../yaml/config.ts'
import type { Canary } from './canary.ts'
import { CANARY_GUARDRAILS, canCount } from './guardrails.ts'
import { countedIn, filledLabels, MESH_SERIES, type Mesh, type MeshLabels, type MeshSeries } from './mesh.ts'
import { lineWords } from './target-splits.ts'

/** What is known of whose rules they are; of a name that is absent they hold for several. */
export interface RulesOf {
  model?: string
  environment?: string
}

/** What keeps the counts of a mesh from being those of the two arms. @param whereOf where a key of the rules stands */
export function meshProblems(rules: Canary, whereOf: WhereOf, of: RulesOf): Problem[] {
  const { mesh, unit, guardrails, latency_ms: slow } = rules
  if (!mesh) return []
  const inLine = (key: PropertyKey) => lineWords(whereOf([key]))
  const problems: Problem[] = []
  if (unit === 'user')
    problems.push({
      what: `\`mesh\` does not fit \`unit: user\`${inLine('unit')}: a mesh counts requests, and those of one user go together`,
      where: whereOf(['mesh']),
      fix: 'count each `request` with `sticky: none`, or take `mesh` away and let the server tell of errors and latency (docs/receipts.md)',
    })
  if (countedIn(rules).mesh.length === 0)
    problems.push({
      what: `\`mesh\` counts ${BY_MESH}, and \`guardrails\`${inLine('guardrails')} has none of them`,
      where: whereOf(['mesh']),
      fix: 'add one of them to `guardrails`, or take `mesh` away',
    })
  if (guardrails.includes('latency') && slow === undefined)
    problems.push({
      what: `with \`mesh\` the guardrail \`latency\`${inLine('guardrails')} needs \`latency_ms\`: what is slow for a proxy is not known from the events of the champion`,
      where: whereOf(['mesh']),
      fix: `set \`latency_ms\` to a bound of the buckets of ${MESH_SERIES[mesh.series].buckets}, such as 250`,
    })
  const { named } = MESH_SERIES[mesh.series] as MeshSeries
  for (const [name, values] of Object.entries(named)) {
    const value = mesh.champion[name]
    const fix = `write \`${name}: source\` or \`${name}: destination\` into \`champion\` and \`challenger\``
    if (value === undefined || value !== mesh.challenger[name])
      problems.push({
        what: `both arms must name the same \`${name}\`: both ends of a request count it`,
        where: whereOf(['mesh']),
        fix,
      })
    else if (!values.includes(value))
      problems.push({
        what: `no series has \`${name}: ${shortened(visible(value), 60)}\`: it is ${values.map(one => `\`${one}\``).join(', ')}`,
        where: whereOf(['mesh', 'champion', name]),
        fix,
      })
  }
  if (!isApart(mesh, of))
    problems.push({
      what: 'nothing tells the series of the challenger from those of the champion: a request would count for both',
      where: whereOf(['mesh']),
      fix: 'name a label in both whose values differ, whatever the model is called, such as `destination_workload`, or one with `{version}`',
    })
  return problems
}

// --- internal ---

const BY_MESH = CANARY_GUARDRAILS.filter(one => canCount('mesh', one))
  .map(name => `\`${name}\``)
  .join(' and ')

/** A label that both name, with values that no model and no environment makes the same: no series has both. */
function isApart({ champion, challenger }: Mesh, of: RulesOf): boolean {
  const [one, other] = [filled(champion, of, CHAMPION), filled(challenger, of, CHALLENGER)]
  return Object.keys(one).some(
    name => Object.hasOwn(other, name) && alwaysDiffer(partsOf(one[name]!), partsOf(other[name]!)),
  )
}

/** In place of their versions, which differ: characters that no label has. */
const [CHAMPION, CHALLENGER] = ['\u0001', '\u0002']

/** With what is known filled in; the rest is its own placeholder still. */
function filled(labels: MeshLabels, { model, environment }: RulesOf, version: string): MeshLabels {
  return filledLabels(labels, {
    model: model ?? '{model}',
    environment: environment ?? '{environment}',
    version,
  })
}

/** Its characters, each placeholder as one. */
function partsOf(text: string): string[] {
  return text.match(/\{\w+\}|[\s\S]/g) ?? []
}

/** Whether two texts differ whatever their placeholders hold: where they differ first, or last, both have a character, or one has ended. */
function alwaysDiffer(one: readonly string[], other: readonly string[]): boolean {
  const at = one.findIndex((part, index) => part !== other[index])
  const [a, b] = at < 0 ? [[], other.slice(one.length)] : [one.slice(at), other.slice(at)]
  if (a.length === 0 || b.length === 0) return a.length !== b.length
  const isText = (part = '') => part.length === 1
  if (isText(a[0]) && isText(b[0])) return true
  let [last, end] = [a.length - 1, b.length - 1]
  for (; last >= 0 && end >= 0 && a[last] === b[end]; last--) end--
  return last < 0 || end < 0 || (isText(a[last]) && isText(b[end]))
}
