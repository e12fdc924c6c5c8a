import type { ArgoApplication, ArgoResource, LiveManifest } from './application.ts'
import { valuesOf } from './carriers.ts'
import { brief, type Finding, listed, plain } from './finding.ts'

/**
 * What is in the cluster and in git no more. Without `prune` Argo CD leaves it there and the application is out of sync for ever:
 * every change of a generated ConfigMap leaves the one before. Nothing of the release depends on that; but what has an image
 * or a model of its own may go on serving.
 */

/** The resources that only a sync with `prune` brings in sync. */
export function waitsForPruning({ status }: Pick<ArgoApplication, 'status'>): ArgoResource[] {
  return (status.resources ?? []).filter(one => one.requiresPruning === true && one.hook !== true)
}

/** The manifests of what is to stay, and those of what waits to be pruned: these prove nothing. */
export function keptAndPruned(
  application: Pick<ArgoApplication, 'status'>,
  manifests: readonly LiveManifest[],
): { kept: LiveManifest[]; pruned: LiveManifest[] } {
  const ids = new Set(waitsForPruning(application).map(idOf))
  return {
    kept: manifests.filter(one => !ids.has(idOf(one))),
    pruned: manifests.filter(one => ids.has(idOf(one))),
  }
}

/** What waits to be pruned and runs something, with what to do about it; a note on the rest. */
export function againstPruning(
  application: ArgoApplication,
  manifests: readonly LiveManifest[] | undefined,
): { findings: Finding[]; notes: string[] } {
  const waiting = waitsForPruning(application)
  if (waiting.length === 0) return { findings: [], notes: [] }
  if (manifests === undefined) {
    const reason = `what waits to be pruned could not be read: ${listed(waiting.map(nameOf))}`
    return { findings: [{ state: 'unknown', reason }], notes: [] }
  }
  const { pruned } = keptAndPruned(application, manifests)
  const serving = pruned.flatMap(one => {
    const value = servedBy(one)
    return value === undefined ? [] : [`${nameOf(one)} has ${brief(value)}`]
  })
  if (serving.length === 0)
    return {
      findings: [],
      notes: [`${listed(waiting.map(nameOf))} ${waiting.length === 1 ? 'waits' : 'wait'} to be pruned`],
    }
  const isPruned = application.spec.syncPolicy?.automated?.prune === true
  const hint = isPruned
    ? 'Argo CD prunes by itself here: look for `Prune=false` on it and for a sync window'
    : 'sync with prune, or set `syncPolicy.automated.prune: true`'
  const reason = `what git has no more is still there: ${listed(serving, 2)}; ${hint}`
  return { findings: [{ state: 'blocked', reason, stuck: !isPruned }], notes: [] }
}

// --- internal ---

/** An image or a model that it runs; a ConfigMap that names one runs nothing. */
function servedBy({ live }: LiveManifest): string | undefined {
  return valuesOf(live ?? {}).find(({ key }) => key === 'image' || key === 'storageUri')?.value
}

function idOf({
  kind,
  namespace,
  name,
}: Pick<LiveManifest, 'namespace'> & { kind?: string; name?: string }): string {
  return [kind, namespace, name].join('/')
}

function nameOf({ kind, name }: { kind?: string; name?: string }): string {
  return plain(`${kind} ${name}`, 80)
}
