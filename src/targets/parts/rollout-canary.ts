import { readAt, readYaml, type YamlEdit, type YamlValue } from '../../core/yaml/edit/edit.ts'
import { type Arms, type Manifest, refusal } from '../target.ts'
import { type Fields, fields, findObject, list } from './manifest.ts'

/** A canary in an Argo Rollout: all of its steps at once, each followed by an analysis that asks whether the next may come. */

export const STEPS = ['spec', 'strategy', 'canary', 'steps']
/** Says that the steps are Assay's. */
const CANARY = 'assay/canary'
const MARK = ['metadata', 'annotations', CANARY]

export function isOwnCanary({ metadata }: Fields): boolean {
  return fields(fields(metadata).annotations)[CANARY] !== undefined
}

/**
 * The share is exact only where something routes by it: without that the controller rounds to whole pods, and 5 % of three is none.
 *
 * @throws AssayError `TARGET_REFUSED`, also for steps that a person wrote
 */
export function ensureRouted(
  { file, text }: Manifest,
  { document, value }: { document: number; value: Fields },
): void {
  const { canary } = fields(fields(value.spec).strategy)
  const { trafficRouting, steps } = fields(canary)
  const where = (path: readonly string[]) => {
    const line = readAt(text, file, path, document)?.line
    return { file, ...(line !== undefined && { line }) }
  }
  const problems = [
    ...(Object.keys(fields(trafficRouting)).length === 0
      ? [
          {
            what: '`spec.strategy.canary` has no `trafficRouting`: the controller would give shares by the number of pods, and 5 % of three pods is none',
            where: where(STEPS.slice(0, 3)),
            fix: 'add `trafficRouting` for the mesh or gateway there is, with `canaryService` and `stableService`',
          },
        ]
      : []),
    ...(steps !== undefined && !isOwnCanary(value)
      ? [
          {
            what: '`spec.strategy.canary.steps` are yours, and the steps of a canary are those of `canary` in assay-deploy.yml',
            where: where(STEPS),
            fix: 'take them out: each canary writes its own and leaves none',
          },
        ]
      : []),
  ]
  if (problems.length > 0) throw refusal(...problems)
}

/**
 * The name of the AnalysisTemplate that asks Assay.
 *
 * @throws AssayError `TARGET_REFUSED` where there is none, or one by which a release could pass that nobody has judged
 */
export function analysisIn(manifest: Manifest, name: string | undefined): string {
  const { document, value } = templateIn(manifest, name)
  const { file, text } = manifest
  const { args, metrics } = fields(value.spec)
  const path = ['spec', 'metrics', 0]
  const where = (...keys: (string | number)[]) => {
    const line = readAt(text, file, [...path, ...keys], document)?.line
    return { file, ...(line !== undefined && { line }) }
  }
  const named = list(args).map(arg => fields(arg).name)
  const missing = ARGS.filter(arg => !named.includes(arg))
  const [metric, ...others] = list(metrics).map(fields)
  const { web } = fields(metric?.provider)
  const { url, headers } = fields(web)
  const problems = [
    ...(missing.length > 0
      ? [
          {
            what: `the AnalysisTemplate has no args ${missing.map(arg => `\`${arg}\``).join(', ')}, which each step gives it`,
            where: { file },
            fix: EXAMPLE,
          },
        ]
      : []),
    ...(others.length > 0 || !metric
      ? [{ what: 'the AnalysisTemplate is to have one metric, the verdict', where: where(), fix: EXAMPLE }]
      : []),
    ...(typeof url !== 'string' || !url.includes('/v1/canary?') || !ARGS.every(arg => isGiven(url, arg))
      ? [
          {
            what: `its metric does not ask \`/v1/canary\` with ${ARGS.map(arg => `\`{{args.${arg}}}\``).join(', ')}`,
            where: where('provider'),
            fix: EXAMPLE,
          },
        ]
      : []),
    ...(metric &&
    (Object.entries(CONDITIONS).some(([key, value]) => metric[key] !== value) ||
      (metric.failureLimit ?? 0) !== 0)
      ? [
          {
            what: `its metric is not judged by ${Object.entries(CONDITIONS)
              .map(([key, value]) => `\`${key}: ${value}\``)
              .join(', ')}, with no \`failureLimit\` but 0`,
            where: where(),
            fix: EXAMPLE,
          },
        ]
      : []),
    ...(metric && LIMITS.some(key => metric[key] === undefined)
      ? [
          {
            what: `its metric is to say ${LIMITS.map(key => `\`${key}\``).join(', ')}: a step goes on asking until Assay can tell`,
            where: where(),
            fix: EXAMPLE,
          },
        ]
      : []),
    ...(list(headers).some(header => !String(fields(header).value).includes('{{'))
      ? [
          {
            what: 'a header of its metric has its value in the manifest: a token comes from a Secret',
            where: where('provider', 'web', 'headers'),
            fix: 'give it by an arg with `valueFrom.secretKeyRef`',
          },
        ]
      : []),
  ]
  if (problems.length > 0) throw refusal(...problems)
  return String(fields(value.metadata).name)
}

/** Edits that give the controller all steps of a canary. @param isThere steps of another canary */
export function controllerSteps({ challenger, steps }: Arms, template: string, isThere: boolean): YamlEdit[] {
  const { model, version } = challenger
  const written = steps.flatMap((weight): YamlValue[] => [
    { setWeight: weight },
    {
      analysis: {
        templates: [{ templateName: template }],
        args: [
          { name: 'model', value: model },
          { name: 'release', value: version },
          // What it asks for at one weight is no answer at another.
          { name: 'weight', value: String(weight) },
        ],
      },
    },
  ])
  return [
    ...(isThere ? [{ path: STEPS }] : []),
    { path: STEPS, value: written, add: true },
    { path: MARK, value: version, add: true },
  ]
}

/** Edits that take them out again. */
export function withoutSteps({ metadata }: Fields): YamlEdit[] {
  // A map is not left with nothing in it.
  const isAlone = Object.keys(fields(fields(metadata).annotations)).length === 1
  return [{ path: STEPS }, { path: isAlone ? MARK.slice(0, -1) : MARK }]
}

// --- internal ---

const KIND = 'AnalysisTemplate'
const ARGS = ['model', 'release', 'weight']
/** Without the last, a run that has asked often enough would pass whatever it was told. */
const CONDITIONS: Record<string, string | number> = {
  successCondition: 'result.next == "advance"',
  failureCondition: 'result.next == "take_back"',
  consecutiveSuccessLimit: 1,
}
const LIMITS = ['interval', 'count', 'inconclusiveLimit', 'consecutiveErrorLimit']
const EXAMPLE = 'take the AnalysisTemplate of docs/targets/argo-rollouts.md'

function isGiven(url: string, arg: string): boolean {
  return new RegExp(`\\{\\{ *args\\.${arg} *\\}\\}`).test(url)
}

function templateIn({ file, text }: Manifest, name: string | undefined) {
  const isThere = readYaml(text, file).some(one => fields(one).kind === KIND)
  if (isThere) return findObject({ file, text }, { kind: KIND, group: 'argoproj.io', ...(name && { name }) })
  throw refusal({
    what: 'there is no AnalysisTemplate by which the controller could ask for the verdict',
    where: { file },
    fix: `${EXAMPLE} into this file, or into one that the option \`analysis\` names`,
  })
}
