import type { Problem } from '../errors/errors.ts'
import type { WhereOf } from '../yaml/config.ts'
import type { Canary } from './canary.ts'

/** How each target that can split traffic does it, by its name. */
export type TargetSplits = Readonly<Record<string, TargetSplit>>

interface TargetSplit {
  sticky: readonly ('cookie' | 'header' | 'none')[]
  movedBy: 'commits' | 'controller'
}

/** Targets whose controller takes the steps. */
export function controllersIn(splits: TargetSplits): { controllers?: string[] } {
  const controllers = Object.keys(splits).filter(name => splits[name]!.movedBy === 'controller')
  return controllers.length > 0 ? { controllers } : {}
}

interface Asked {
  /** Of the environment. */
  name: string
  canary: Canary
  path: PropertyKey[]
  /** Absent: what there is of it cannot be read. */
  target?: { value: string; path: PropertyKey[] }
  /** Whether Argo CD can be asked about it. */
  isSeen: boolean
}

/** What keeps the target of an environment from splitting its traffic as a canary asks for. */
export function targetProblems(
  { name, canary, path, target: setting, isSeen }: Asked,
  splits: TargetSplits,
  whereOf: WhereOf,
): Problem[] {
  if (!setting) return []
  const { value: target } = setting
  const split = Object.hasOwn(splits, target) ? splits[target] : undefined
  const line = lineWords(whereOf(setting.path))
  if (!split)
    return [
      {
        what: `${canary.decide === undefined ? `releases enter \`${name}\` in steps` : `\`${name}\` has an experiment`}, and its target \`${target}\`${line} cannot split traffic`,
        where: whereOf(path),
        fix: `targets that can: ${Object.keys(splits).join(', ') || 'none'}; or take \`${String(path.at(-1))}\` away`,
      },
    ]
  const { sticky: ways, movedBy } = split
  const unseen =
    movedBy === 'controller' && !isSeen
      ? [
          {
            what: `the controller of the target \`${target}\`${line} takes the steps in \`${name}\`, and nothing says who knows where it is with them: no verdict could be of the share there is`,
            where: whereOf(path),
            fix: 'say where Argo CD is, which shows the status of the Rollout: `argocd: { server: … }`',
          },
        ]
      : []
  if (movedBy === 'controller' && canary.decide !== undefined)
    return [
      {
        what: `\`${name}\` has an experiment, and the controller of its target \`${target}\`${line} takes a release on until it has everything`,
        where: whereOf(path),
        fix: 'hold the two against each other behind a target whose weights are commits, or take `experiment` away',
      },
    ]
  const way = canary.sticky.startsWith('header ') ? 'header' : (canary.sticky as 'cookie' | 'none')
  if (ways.includes(way)) return unseen
  return [
    ...unseen,
    {
      what: `\`sticky: ${canary.sticky}\` is nothing that the target \`${target}\`${line} of \`${name}\` can do`,
      where: whereOf([...path, 'sticky']),
      fix: `it can: ${ways.join(', ')}${ways.join() === 'none' ? ', with `unit: request`' : ''}`,
    },
  ]
}

/** ` (line 7)`, where it is known. */
export function lineWords(where: Problem['where']): string {
  return where?.line === undefined ? '' : ` (line ${where.line})`
}
