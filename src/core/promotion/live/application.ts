import * as z from 'zod'
import { AssayError } from '../../errors/errors.ts'
import { shortened, visible } from '../../text/visible-text.ts'

/**
 * What Argo CD answers, as far as Assay reads it. Keys that are not read may be anything, so that a newer Argo CD breaks
 * nothing; those that are read must be what they are in `pkg/apis/application/v1alpha1/types.go` of Argo CD 3.6.
 */

/** An instant in milliseconds. Go writes a time that was never set as `null`. */
const Time = maybe(z.iso.datetime({ offset: true }).transform(text => Date.parse(text)))
const Text = maybe(z.string())

const Source = z.object({
  repoURL: z.string(),
  path: Text,
  targetRevision: Text,
  ref: Text,
  helm: maybe(z.object({ valueFiles: maybe(z.array(z.string())) })),
})
export type ArgoSource = z.infer<typeof Source>

const Spec = z.object({
  project: Text,
  source: maybe(Source),
  sources: maybe(z.array(Source)),
  sourceHydrator: maybe(
    z.object({
      drySource: z.object({ repoURL: z.string(), path: Text, targetRevision: Text }),
      syncSource: z.object({ repoURL: Text, path: Text, targetBranch: Text }),
      hydrateTo: maybe(z.object({ targetBranch: Text })),
    }),
  ),
  syncPolicy: maybe(
    z.object({
      automated: maybe(
        z.object({
          enabled: maybe(z.boolean()),
          selfHeal: maybe(z.boolean()),
          prune: maybe(z.boolean()),
        }),
      ),
    }),
  ),
})

const Revisions = { revision: Text, revisions: maybe(z.array(z.string())) }

const Health = z.object({ status: Text, message: Text, lastTransitionTime: Time })

const Resource = z.object({
  kind: Text,
  namespace: Text,
  name: Text,
  status: Text,
  /** It is in the cluster and in git no more: a sync with `prune` removes it. */
  requiresPruning: maybe(z.boolean()),
  health: maybe(z.object({ status: Text, message: Text })),
  hook: maybe(z.boolean()),
})

/** A number of attempts that is above 0: the cluster had left what git says, and `resources` are what did. */
const SyncOperation = z.object({
  autoHealAttemptsCount: maybe(z.number()),
  resources: maybe(z.array(z.object({ kind: Text, name: Text }))),
})

const Hydration = z.object({ drySHA: Text, hydratedSHA: Text })

const Status = z.object({
  reconciledAt: Time,
  sync: maybe(
    z.object({
      status: Text,
      ...Revisions,
      comparedTo: maybe(
        z.object({ source: maybe(Source.partial()), sources: maybe(z.array(Source.partial())) }),
      ),
    }),
  ),
  health: maybe(Health),
  operationState: maybe(
    z.object({
      phase: z.string(),
      message: Text,
      startedAt: Time,
      finishedAt: Time,
      syncResult: maybe(z.object(Revisions)),
      operation: maybe(z.object({ sync: maybe(SyncOperation) })),
    }),
  ),
  conditions: maybe(z.array(z.object({ type: z.string(), message: Text, lastTransitionTime: Time }))),
  history: maybe(z.array(z.object({ ...Revisions, deployedAt: Time }))),
  resources: maybe(z.array(Resource)),
  sourceHydrator: maybe(
    z.object({
      lastSuccessfulOperation: maybe(Hydration),
      currentOperation: maybe(Hydration.extend({ phase: Text, message: Text })),
      lastComparedDryRevision: Text,
    }),
  ),
})

const Application = z.object({
  metadata: z.object({
    name: z.string(),
    deletionTimestamp: Time,
    annotations: maybe(z.record(z.string(), z.string())),
  }),
  spec: Spec,
  /** A sync that was requested and has not begun. */
  operation: z
    .unknown()
    .optional()
    .transform(value => value !== undefined && value !== null),
  status: Status.nullish().transform(status => status ?? ({} as z.infer<typeof Status>)),
})
export type ArgoApplication = z.infer<typeof Application>
export type ArgoResource = z.infer<typeof Resource>

const SyncWindow = z.object({ kind: z.string(), schedule: Text, duration: Text })
const SyncWindows = z.object({
  activeWindows: maybe(z.array(SyncWindow)),
  assignedWindows: maybe(z.array(SyncWindow)),
  /** Whether a person may sync now. What Argo CD itself may do, it does not say. */
  canSync: maybe(z.boolean()),
})
export type ArgoSyncWindows = z.infer<typeof SyncWindows>

/** A Kubernetes object that Argo CD manages, as it is in the cluster and as git has it; absent where it is not there. */
export interface LiveManifest {
  kind: string
  namespace?: string
  name: string
  live?: Readonly<Record<string, unknown>>
  target?: Readonly<Record<string, unknown>>
}

const ManagedResources = z.object({
  items: maybe(
    z.array(
      z.object({ kind: z.string(), namespace: Text, name: z.string(), liveState: Text, targetState: Text }),
    ),
  ),
})

/** Names an object in the cluster. */
export interface ArgoObject {
  group: string
  version: string
  kind: string
  namespace?: string
  name: string
}

const ObjectAnswer = z.object({ manifest: Text })

const Node = z.object({
  group: Text,
  kind: Text,
  name: Text,
  parentRefs: maybe(z.array(z.object({ uid: Text }))),
  health: maybe(z.object({ status: Text, message: Text })),
})
/** An object that Argo CD manages, or one that such an object made: a Deployment of an InferenceService. */
export type ArgoNode = z.infer<typeof Node>
const Tree = z.object({ nodes: maybe(z.array(Node)) })

/** @throws AssayError ARGOCD_BAD_ANSWER that names what is not as it should be */
export function readApplication(answer: unknown): ArgoApplication {
  return read(Application, answer, 'application')
}

/** @throws AssayError ARGOCD_BAD_ANSWER */
export function readSyncWindows(answer: unknown): ArgoSyncWindows {
  return read(SyncWindows, answer, 'sync windows')
}

/** @throws AssayError ARGOCD_BAD_ANSWER */
export function readResourceTree(answer: unknown): ArgoNode[] {
  return read(Tree, answer, 'resource tree').nodes ?? []
}

/** @throws AssayError ARGOCD_BAD_ANSWER */
export function readManagedResources(answer: unknown): LiveManifest[] {
  const { items = [] } = read(ManagedResources, answer, 'managed resources')
  return items.map(({ liveState, targetState, ...id }) => {
    const name = `${id.kind} ${id.name}`
    const [live, target] = [objectIn(liveState, name), objectIn(targetState, name)]
    return { ...id, ...(live && { live }), ...(target && { target }) }
  })
}

/** @throws AssayError ARGOCD_BAD_ANSWER */
export function readObject(answer: unknown, { kind, namespace, name }: ArgoObject): LiveManifest {
  const { manifest } = read(ObjectAnswer, answer, 'resource')
  const id = { kind, ...(namespace !== undefined && { namespace }), name }
  const live = objectIn(manifest, `${kind} ${name}`)
  return { ...id, ...(live && { live }) }
}

// --- internal ---

function maybe<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform(value => value ?? undefined)
}

function read<T extends z.ZodType>(schema: T, answer: unknown, name: string): z.output<T> {
  const result = schema.safeParse(answer)
  if (result.success) return result.data
  const problems = result.error.issues.map(
    ({ path, message }) => `${[name, ...path].map(String).join('.')}: ${message}`,
  )
  throw badAnswer(problems)
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw badAnswer([`${name}: its state is no JSON`])
  }
}

function objectIn(text: string | undefined, name: string): Readonly<Record<string, unknown>> | undefined {
  const object = text === undefined || text === '' ? null : parsed(text, name)
  if (object === null) return undefined
  if (typeof object !== 'object' || Array.isArray(object)) throw badAnswer([`${name}: not an object`])
  return object as Record<string, unknown>
}

function badAnswer(problems: readonly string[]): AssayError {
  return new AssayError({
    code: 'ARGOCD_BAD_ANSWER',
    title: 'Argo CD answered something that Assay cannot read',
    problems: problems.slice(0, 10).map(what => ({
      what: shortened(visible(what), 300),
      fix: 'Check that the server is Argo CD; if it is, please report this line',
    })),
  })
}
