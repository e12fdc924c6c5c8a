import type { Problem } from '../errors/errors.ts'
import type { WhereOf } from '../yaml/config.ts'
import type { Broken } from '../yaml/readable-part.ts'
import { type Canary, spanSeconds } from './canary.ts'
import { configFor, type DeployConfig, type DeployFile } from './deploy-config.ts'

/** Ways of `sticky` of each target that can split traffic, by its name. */
export type TargetSplits = Readonly<Record<string, readonly ('cookie' | 'header' | 'none')[]>>

interface Placed {
  name: string
  canary: Canary
  path: PropertyKey[]
  target: string
  targetPath: PropertyKey[]
  /** Whether somebody counts its traffic. */
  isCounted: boolean
}

/**
 * What keeps a canary from proving anything, or from beginning at all. Each is refused and never ignored: where an environment says
 * that releases enter in steps, none must get all of the traffic at once.
 */
export function canaryProblems(
  deploy: DeployFile,
  config: DeployConfig | undefined,
  splits: TargetSplits,
  whereOf: WhereOf,
  broken: Broken,
): Problem[] {
  const inEnvironments = Object.keys(deploy.environments).flatMap(name => placed(deploy, name))
  const inModels = config
    ? Object.keys(deploy.models ?? {}).flatMap(model => ofModel(deploy, config, model))
    : []
  return [...inEnvironments, ...inModels]
    .filter(({ path }) => !broken.at(path))
    .flatMap(one => [...ownProblems(one, whereOf), ...targetProblems(one, splits, whereOf)])
}

// --- internal ---

function placed(deploy: DeployFile, name: string): Placed[] {
  const own = deploy.environments[name]!
  const canary = own.canary ?? deploy.canary
  const target = own.target ?? deploy.target
  if (!canary || target === undefined) return []
  return [
    {
      ...{ name, canary, target },
      path: own.canary === undefined ? ['canary'] : ['environments', name, 'canary'],
      targetPath: own.target === undefined ? ['target'] : ['environments', name, 'target'],
      isCounted: isCounted(own.drift ?? deploy.drift),
    },
  ]
}

/** Where a model has a canary or a target of its own. */
function ofModel(deploy: DeployFile, config: DeployConfig, model: string): Placed[] {
  const own = deploy.models![model]!
  return configFor(config, model).environments.flatMap(({ name, canary, target, drift }) => {
    const here = own.environments?.[name]
    const [shared] = placed(deploy, name)
    const pathOf = (key: 'canary' | 'target') =>
      here?.[key] !== undefined
        ? ['models', model, 'environments', name, key]
        : own[key] !== undefined
          ? ['models', model, key]
          : undefined
    const [path, targetPath] = [pathOf('canary'), pathOf('target')]
    if (!canary || (!path && !targetPath)) return []
    return [
      {
        ...{ name, canary, target, isCounted: isCounted(drift) },
        path: path ?? shared?.path ?? ['canary'],
        targetPath:
          targetPath ??
          shared?.targetPath ??
          (deploy.environments[name]!.target === undefined ? ['target'] : ['environments', name, 'target']),
      },
    ]
  })
}

function isCounted(drift: DeployFile['drift']): boolean {
  return drift?.collector !== undefined || drift?.prometheus !== undefined
}

function ownProblems({ name, canary, path, isCounted: counted }: Placed, whereOf: WhereOf): Problem[] {
  const { steps, unit, sticky, horizon, conversion, guardrails, latency_ms: slow } = canary
  const at = (...keys: PropertyKey[]) => whereOf([...path, ...keys])
  const inLine = (...keys: PropertyKey[]) => lineWords(at(...keys))
  const problems: Problem[] = []
  if (steps.some((step, index) => index > 0 && step <= steps[index - 1]!))
    problems.push({
      what: `\`steps: [${steps.join(', ')}]\` do not ascend`,
      where: at('steps'),
      fix: 'write them from the smallest to the largest, each once; after the last a release gets all of the traffic',
    })
  if (spanSeconds(conversion.within) >= spanSeconds(horizon))
    problems.push({
      what: `\`within: ${conversion.within}\` is not shorter than \`horizon: ${horizon}\`${inLine('horizon')}: by the end of a step nothing would have been counted`,
      where: at('conversion', 'within'),
      fix: 'make `within` shorter, or `horizon` longer',
    })
  if (spanSeconds(canary.for) > spanSeconds(horizon))
    problems.push({
      what: `\`for: ${canary.for}\` is longer than \`horizon: ${horizon}\`${inLine('horizon')}`,
      where: at('for'),
      fix: 'a step takes at least `for` and at most `horizon`',
    })
  if (unit === 'user' && sticky === 'none')
    problems.push({
      what: `\`unit: user\` does not fit \`sticky: none\`${inLine('sticky')}: each request is drawn anew, so that a user meets both releases`,
      where: at('unit'),
      fix: 'keep users with `sticky: cookie` or `sticky: header x-user`, or count each `request`',
    })
  if (unit === 'request' && sticky !== 'none')
    problems.push({
      what: `\`unit: request\` does not fit \`sticky: ${sticky}\`${inLine('sticky')}: the requests of a user go together, and counted one by one they would show harm where there is none`,
      where: at('unit'),
      fix: 'count each `user`, or draw each request anew with `sticky: none`',
    })
  if (guardrails.includes('latency') && slow === undefined)
    problems.push({
      what: '`guardrails` has `latency`, and nothing says what is slow: it would never be noticed',
      where: at('guardrails'),
      fix: 'say `latency_ms`, such as what one in a hundred answers of the champion takes longer than',
    })
  if (slow !== undefined && !guardrails.includes('latency'))
    problems.push({
      what: `\`latency_ms: ${slow}\` is of the guardrail \`latency\`, which is none of \`guardrails\`${inLine('guardrails')}`,
      where: at('latency_ms'),
      fix: 'add `latency` to `guardrails`, or take `latency_ms` away',
    })
  if (!counted)
    problems.push({
      what: `nobody counts ${[conversion.outcome, ...guardrails].map(one => `\`${one}\``).join(', ')} in \`${name}\`: no verdict would ever come`,
      where: at(),
      fix: 'say where its traffic is counted: `drift: { collector: … }` or `drift: { prometheus: … }`',
    })
  return problems
}

function targetProblems(
  { name, canary, path, target, targetPath }: Placed,
  splits: TargetSplits,
  whereOf: WhereOf,
): Problem[] {
  const ways = Object.hasOwn(splits, target) ? splits[target]! : []
  const line = lineWords(whereOf(targetPath))
  if (ways.length === 0)
    return [
      {
        what: `releases enter \`${name}\` in steps, and its target \`${target}\`${line} cannot split traffic`,
        where: whereOf(path),
        fix: `targets that can: ${Object.keys(splits).join(', ') || 'none'}; or take \`canary\` away`,
      },
    ]
  const way = canary.sticky.startsWith('header ') ? 'header' : (canary.sticky as 'cookie' | 'none')
  if (ways.includes(way)) return []
  return [
    {
      what: `\`sticky: ${canary.sticky}\` is nothing that the target \`${target}\`${line} of \`${name}\` can do`,
      where: whereOf([...path, 'sticky']),
      fix: `it can: ${ways.join(', ')}${ways.join() === 'none' ? ', with `unit: request`' : ''}`,
    },
  ]
}

function lineWords(where: Problem['where']): string {
  return where?.line === undefined ? '' : ` (line ${where.line})`
}
