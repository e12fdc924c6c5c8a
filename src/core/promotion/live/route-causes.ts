import type { CanaryCause } from '../../traffic/canary/causes.ts'
import type { ArgoApplication, LiveManifest } from './application.ts'
import { sightings, valuesOf, type Wanted } from './carriers.ts'
import { count, type Fields, fields, list, text } from './fields.ts'

/**
 * What Argo CD tells of the objects that give a challenger its share: whether their weights in the cluster are those of git, and whether
 * it had to put them back.
 *
 * @param challenger.version as the route says it
 * @param isMoved a controller writes the weights, so that they are not those of git
 */
export function routeCauses(
  application: ArgoApplication,
  manifests: readonly LiveManifest[],
  { challenger, isMoved }: { challenger: Wanted & { version: string }; isMoved: boolean },
): CanaryCause[] {
  const own = manifests.filter(one => isRoute(one) && isOf(one, challenger, manifests))
  return [
    ...(isMoved ? [] : own.flatMap(one => otherWeights(one, application))),
    ...putBack(application, own),
  ]
}

// --- internal ---

/** Where the weights stand in objects of a kind, and which fields of `spec` whoever writes them owns. */
const ROUTES: Readonly<Record<string, { split(spec: Fields): string; owned: readonly string[][] }>> = {
  VirtualService: {
    split: spec => splitWords(list(spec.http), 'route', 0),
    owned: [['http']],
  },
  HTTPRoute: {
    split: spec => splitWords(list(spec.rules), 'backendRefs', 1),
    owned: [['rules']],
  },
  InferenceService: {
    split: spec => kserveWords(spec),
    owned: [['predictor', 'canaryTrafficPercent'], ['canary']],
  },
}

function isRoute({ kind }: LiveManifest): boolean {
  return Object.hasOwn(ROUTES, kind)
}

/** It says the release, by its name or by what it runs; or a Rollout that has it routes by this object. */
function isOf(
  manifest: LiveManifest,
  challenger: Wanted & { version: string },
  all: readonly LiveManifest[],
): boolean {
  const { kind, name, target, live } = manifest
  const asInGit = { kind, name, live: target ?? live ?? {} }
  if (sightings([asInGit], challenger).some(({ as }) => as !== 'other')) return true
  if (valuesOf(asInGit.live).some(({ value }) => value === challenger.version)) return true
  const rollouts = sightings(all, challenger).filter(
    one => one.manifest.kind === 'Rollout' && one.as !== 'other',
  )
  return rollouts.some(({ manifest: { live: rollout } }) => {
    const { trafficRouting } = fields(fields(fields(fields(rollout).spec).strategy).canary)
    return valuesOf(fields(trafficRouting)).some(({ value }) => value === name)
  })
}

function otherWeights(
  { kind, name, target, live }: LiveManifest,
  { spec, status }: ArgoApplication,
): CanaryCause[] {
  if (!target || !live) return []
  const { split, owned } = ROUTES[kind]!
  const [git, there] = [split(fields(target.spec)), split(fields(live.spec))]
  if (git === there) return []
  const by = writerOf(live, owned)
  const resource = status.resources?.find(one => one.kind === kind && one.name === name)
  const isIgnored = (resource?.status ?? status.sync?.status) === 'Synced'
  const automated = spec.syncPolicy?.automated
  const heals = automated?.selfHeal === true && automated.enabled !== false
  return [
    {
      kind: 'other_weights',
      object: `${kind} ${name}`,
      there,
      git,
      ...(by && { by }),
      argocd: isIgnored ? 'ignored' : heals ? 'heals' : 'left',
    },
  ]
}

/** The last sync, where Argo CD began it by itself because the cluster had left what git says; it lists what that was. */
function putBack({ status }: ArgoApplication, own: readonly LiveManifest[]): CanaryCause[] {
  const { operation, phase, finishedAt } = status.operationState ?? {}
  const attempts = operation?.sync?.autoHealAttemptsCount ?? 0
  if (attempts === 0 || phase !== 'Succeeded' || finishedAt === undefined) return []
  const healed = operation?.sync?.resources ?? []
  return own
    .filter(({ kind, name }) => healed.some(one => one.kind === kind && one.name === name))
    .map(({ kind, name }) => ({ kind: 'put_back', object: `${kind} ${name}`, at: finishedAt, attempts }))
}

/** Shares of each rule that has several places to go to, in the order of the manifest. */
function splitWords(rules: readonly unknown[], key: string, absent: number): string {
  const splits = rules
    .map(rule => list(fields(rule)[key]).map(one => count(fields(one).weight) ?? absent))
    .filter(({ length }) => length > 1)
    .map(weights => weights.join(' : '))
  return splits.join(' and ') || 'nothing'
}

function kserveWords({ predictor, canary }: Fields): string {
  const shares = [
    fields(predictor).canaryTrafficPercent,
    ...list(canary).map(one => fields(one).trafficPercent),
  ].flatMap(share => count(share) ?? [])
  return shares.map(share => `${share} %`).join(' and ') || 'nothing'
}

/** Who owns the fields by `metadata.managedFields`, the newest of those that are not Argo CD. */
function writerOf(
  { metadata }: Fields,
  owned: readonly string[][],
): { manager: string; at?: number } | undefined {
  const writers = list(fields(metadata).managedFields)
    .map(fields)
    .flatMap(({ manager, time, subresource, fieldsV1 }) => {
      const name = text(manager)
      if (name === undefined || name.startsWith('argocd') || text(subresource) !== undefined) return []
      const isOwner = owned.some(path => has(fields(fieldsV1)['f:spec'], path))
      const at = Date.parse(text(time) ?? '')
      return isOwner ? [{ manager: name, ...(!Number.isNaN(at) && { at }) }] : []
    })
  return writers.sort((a, b) => (b.at ?? 0) - (a.at ?? 0))[0]
}

function has(value: unknown, path: readonly string[]): boolean {
  const last = path.reduce<unknown>((at, key) => fields(at)[`f:${key}`], value)
  return last !== undefined
}
