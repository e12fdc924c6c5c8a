import type { Problem } from '../errors/errors.ts'
import { didYouMean } from '../text/nearest.ts'
import { type Check, parseYaml, type WhereOf } from '../yaml/config.ts'
import type { Broken } from '../yaml/readable-part.ts'
import { alsoOf, alsoProblems, type TargetSchemas } from './also.ts'
import { clusterProblems } from './argocd.ts'
import { canaryProblems } from './canary-rules.ts'
import { type DeployConfig, type DeployEnvironment, DeployFile } from './deploy-config.ts'
import { triedBy } from './experiment.ts'
import { freezeProblems } from './freeze.ts'
import { aliasProblems } from './mlflow.ts'
import { modelProblems } from './models.ts'
import { recordsOf, recordsProblems } from './places/records.ts'
import { siteOf, siteProblems } from './places/sites.ts'
import { controllersIn, type TargetSplits } from './target-splits.ts'

export type { TargetSchemas } from './also.ts'

/**
 * Text of `assay-deploy.yml` → environments in the order of promotion, each with everything that holds for it.
 *
 * @throws AssayError `CONFIG_INVALID` with every problem at once: file, line, column and the nearest known name.
 */
export function parseDeployConfig(
  text: string,
  file: string,
  targets: TargetSchemas,
  splits: TargetSplits = {},
): DeployConfig {
  const { value } = parseYaml(
    {
      schema: DeployFile,
      whenEmpty: 'name at least one environment under `environments`',
      rules: (deploy, whereOf, check, broken) => {
        const config = isWhole(deploy) && !broken.at([]) ? configOf(deploy) : undefined
        return once([
          ...orderProblems(deploy, whereOf, broken),
          ...settingProblems(deploy, targets, whereOf, check, broken),
          ...recordsProblems(deploy, whereOf, broken),
          ...siteProblems(deploy, whereOf, broken),
          ...freezeProblems(deploy, whereOf),
          ...clusterProblems(deploy, controllersIn(splits).controllers ?? [], whereOf),
          ...aliasProblems(deploy, whereOf, broken),
          ...modelProblems(deploy, config, targets, whereOf, check, broken),
          ...canaryProblems(deploy, splits, whereOf, broken),
        ])
      },
    },
    text,
    file,
  )
  return { ...configOf(value), ...controllersIn(splits) }
}

// --- internal ---

type Key = Exclude<keyof DeployFile, 'environments' | 'models' | 'from' | 'mlflow'>

/** What stands at the top of the file is wrong once, however many environments it holds for. */
function once(problems: Problem[]): Problem[] {
  const seen = new Set<string>()
  return problems.filter(problem => {
    const key = JSON.stringify(problem)
    return seen.has(key) ? false : seen.add(key)
  })
}

/** Only what is in order, and has target and path everywhere, is a configuration. */
function isWhole({ environments, target, path }: DeployFile): boolean {
  return (
    !cycleIn(environments) &&
    Object.values(environments).every(
      one =>
        (one.target ?? target) !== undefined &&
        (one.path ?? path) !== undefined &&
        one.after.every(name => Object.hasOwn(environments, name)),
    )
  )
}

function configOf(deploy: DeployFile): DeployConfig {
  return {
    environments: inOrder(deploy).map(name => environmentOf(deploy, name)),
    models: deploy.models ?? {},
    ...(deploy.from && { from: deploy.from }),
    ...(deploy.mlflow && { mlflow: deploy.mlflow }),
  }
}

function environmentOf(deploy: DeployFile, name: string): DeployEnvironment {
  const { after, ...own } = deploy.environments[name]!
  const { environments: _, models: __, mlflow: ___, ...shared } = deploy
  const given = { ...shared, ...own }
  const site = siteOf(deploy, own, name)
  const { registries, policy, argocd, clusters, watch, drift } = given
  return {
    name,
    after: [...new Set(after)],
    ...(site && { site }),
    path: given.path!,
    records: recordsOf(deploy, name)!.records,
    target: given.target!,
    options: optionsOf(deploy, name).options,
    also: alsoOf(deploy, name).also,
    merge: given.merge ?? 'approval',
    soak: given.soak ?? 0,
    verdicts: given.verdicts ?? ['pass'],
    freeze: given.freeze ?? [],
    reviewers: given.reviewers ?? [],
    labels: given.labels ?? [],
    ...{ registries, policy, argocd, clusters, watch, drift },
    canary: triedBy([given]),
  }
}

/** Options belong to a target: an environment with another target does not have those from the top of the file. */
function optionsOf(
  deploy: DeployFile,
  name: string,
): {
  options: Record<string, unknown>
  path: PropertyKey[]
} {
  const { options, target = deploy.target } = deploy.environments[name]!
  if (options !== undefined) return { options, path: ['environments', name, 'options'] }
  return { options: (target === deploy.target ? deploy.options : undefined) ?? {}, path: ['options'] }
}

function orderProblems({ environments }: DeployFile, whereOf: WhereOf, broken: Broken): Problem[] {
  const names = Object.keys(environments)
  // Which names there are is known only where all could be read.
  const areAllRead = broken.keysOf(['environments']).length === 0
  const unknown = names.flatMap(name =>
    environments[name]!.after.filter(before => !Object.hasOwn(environments, before) && areAllRead).map(
      before => ({
        what: `\`${name}\` comes after \`${before}\`, which is no environment`,
        where: whereOf(['environments', name, 'after']),
        fix: didYouMean(before, names) ?? `environments: ${names.join(', ')}`,
      }),
    ),
  )
  const cycle = cycleIn(environments)
  if (!cycle) return unknown
  return [
    ...unknown,
    {
      what: `no release can enter: ${cycle.map(name => `\`${name}\``).join(' comes after ')}`,
      where: whereOf(['environments', cycle[0]!, 'after']),
      fix: 'take one of them out of `after`',
    },
  ]
}

/** A way that leads back to where it began, e.g. `a, b, a`. */
function cycleIn(environments: DeployFile['environments']): string[] | undefined {
  const done = new Set<string>()
  const visit = (name: string, trail: string[]): string[] | undefined => {
    if (trail.includes(name)) return [...trail.slice(trail.indexOf(name)), name]
    if (done.has(name) || !Object.hasOwn(environments, name)) return undefined
    done.add(name)
    for (const before of environments[name]!.after) {
      const found = visit(before, [...trail, name])
      if (found) return found
    }
    return undefined
  }
  for (const name of Object.keys(environments)) {
    const found = visit(name, [])
    if (found) return found
  }
  return undefined
}

/** Names so that each stands after all it comes after; otherwise as in the file. There is no cycle. */
function inOrder({ environments }: DeployFile): string[] {
  const ordered = new Set<string>()
  const add = (name: string): void => {
    if (ordered.has(name)) return
    environments[name]!.after.forEach(add)
    ordered.add(name)
  }
  Object.keys(environments).forEach(add)
  return [...ordered]
}

function settingProblems(
  deploy: DeployFile,
  targets: TargetSchemas,
  whereOf: WhereOf,
  check: Check,
  broken: Broken,
): Problem[] {
  const names = Object.keys(targets)
  return Object.entries(deploy.environments).flatMap(([name, environment]) => {
    const at = (key: Key) => (environment[key] === undefined ? [key] : ['environments', name, key])
    const cannotBeRead = (key: Key) => broken.at([key]) || broken.at(['environments', name, key])
    const missing = (['path', 'target'] as const)
      .filter(key => (environment[key] ?? deploy[key]) === undefined && !cannotBeRead(key))
      .map(key => ({
        what: `\`${name}\` has no \`${key}\``,
        where: whereOf(['environments', name]),
        fix: `give it one, or all environments at the top of the file`,
      }))
    const target = environment.target ?? deploy.target
    if (target === undefined) return missing
    if (!Object.hasOwn(targets, target)) {
      const fix = didYouMean(target, names) ?? `targets: ${names.join(', ')}`
      return [...missing, { what: `unknown target \`${target}\``, where: whereOf(at('target')), fix }]
    }
    if (cannotBeRead('options') || cannotBeRead('target')) return missing
    const { options, path } = optionsOf(deploy, name)
    const wrong = check(targets[target]!, options, path)
    const { also, path: alsoAt } = alsoOf(deploy, name)
    return [...missing, ...wrong, ...alsoProblems(also, alsoAt, { targets, whereOf, check })]
  })
}
