import type { Problem } from '../errors/errors.ts'
import type { WhereOf } from '../yaml/config.ts'
import type { Canary } from './canary.ts'
import { CANARY_GUARDRAILS, canCount } from './guardrails.ts'
import { countedIn, MESH_SERIES, type Mesh, type MeshSeries } from './mesh.ts'
import { lineWords } from './target-splits.ts'

/** What keeps the counts of a mesh from being those of the two arms. @param whereOf where a key of the rules stands */
export function meshProblems(rules: Canary, whereOf: WhereOf): Problem[] {
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
  for (const name of named.filter(
    one => mesh.champion[one] === undefined || mesh.champion[one] !== mesh.challenger[one],
  ))
    problems.push({
      what: `both arms must name the same \`${name}\`: both ends of a request count it`,
      where: whereOf(['mesh']),
      fix: `write \`${name}: source\` or \`${name}: destination\` into \`champion\` and \`challenger\``,
    })
  if (!isApart(mesh))
    problems.push({
      what: 'nothing tells the series of the challenger from those of the champion: a request would count for both',
      where: whereOf(['mesh']),
      fix: 'name a label in both whose values differ, such as `destination_workload`, or one with `{version}`',
    })
  return problems
}

// --- internal ---

const BY_MESH = CANARY_GUARDRAILS.filter(one => canCount('mesh', one))
  .map(name => `\`${name}\``)
  .join(' and ')

/** A label that both name, with another value each: no series has both. */
function isApart({ champion, challenger }: Mesh): boolean {
  return Object.entries(champion).some(([name, text]) => {
    const other = challenger[name]
    return other !== undefined && (other !== text || text.includes('{version}'))
  })
}
