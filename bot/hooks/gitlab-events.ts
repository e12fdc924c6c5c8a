import * as z from 'zod'
import type { SeenBranches } from '../../src/commands/bot/branches.ts'
import type { Key, RepositoryName } from '../../src/commands/bot/keys.ts'
import { readComment } from '../../src/core/chatops/grammar.ts'
import { PROMOTION_PREFIX, parsePromotionBranch } from '../../src/core/promotion/places/places.ts'
import { parseRetrainBranch } from '../../src/core/promotion/retraining/branch.ts'

/** One kind of hook: what is taken of its payload, and what there is to look at then. */
interface HookRow {
  /** The project and the keys; undefined where the payload has not the shape of its kind. */
  read(payload: unknown): { repository: string; keys(branches: Branches): Key[] } | undefined
}

type Branches = Pick<SeenBranches, 'has'>

/**
 * Hooks of GitLab → what there is to look at, by the `object_kind` of their payload, which is signed; the header that names
 * them is not. https://docs.gitlab.com/user/project/integrations/webhook_events/
 */
export const GITLAB_EVENTS = {
  push: row({ project: project(), ref: z.string().max(1024) }, ({ project, ref }, branches) => {
    const branch = /^refs\/heads\/(.+)$/s.exec(ref)?.[1]
    if (branch === undefined) return []
    const isOf = branch === project.default_branch || branches.has(nameOf(project), branch)
    return isOf ? [promotion(project)] : []
  }),
  merge_request: row(
    {
      project: project(),
      object_attributes: z.object({
        action: z.string().max(100).nullish(),
        source_branch: z.string().max(1024),
        /** The head before: only an update that moved it has one. */
        oldrev: z.string().max(100).nullish(),
        iid: z.int().positive().nullish(),
        last_commit: z.object({ id: z.string().max(100) }).nullish(),
      }),
      changes: z.object({ target_branch: z.object({}).nullish() }).nullish(),
    },
    ({ project, object_attributes: { action, source_branch, oldrev, iid, last_commit }, changes }) => [
      ...(['reopen', 'merge', 'close', 'approved'].includes(action ?? '') || (action === 'update' && oldrev)
        ? ofBranch(project, source_branch)
        : []),
      // Whatever brought it there, its head may have a verdict by the rules of the branch that another merge request is for.
      ...(changes?.target_branch || oldrev || ['open', 'reopen', 'close', 'merge'].includes(action ?? '')
        ? headOf(project, iid, last_commit?.id)
        : []),
    ],
  ),
  pipeline: row(
    {
      project: project(),
      object_attributes: z.object({
        id: z.int().positive(),
        ref: z.string().max(1024).nullish(),
        status: z.string().max(100),
        source: z.string().max(100).nullish(),
      }),
    },
    ({ project, object_attributes: { id, ref, status, source } }) =>
      ['success', 'failed', 'canceled', 'skipped'].includes(status)
        ? [...ofBranch(project, ref ?? ''), ...runOf(project, { id, ref, source })]
        : [],
  ),
  note: row(
    {
      project: project(),
      object_attributes: z.object({
        id: z.int().positive(),
        noteable_type: z.string().max(100),
        /** Since 16.11; before, what was just written has one time only. */
        action: z.string().max(100).nullish(),
        created_at: z.string().max(100).nullish(),
        updated_at: z.string().max(100).nullish(),
        note: z.string().nullish(),
      }),
      merge_request: z.object({ iid: z.int().positive() }).nullish(),
    },
    ({ project, object_attributes: note, merge_request: request }) => {
      const isNew = note.action ? note.action === 'create' : note.created_at === note.updated_at
      if (!isNew || note.noteable_type !== 'MergeRequest' || !request) return []
      if (readComment(note.note ?? '').kind === 'nothing') return []
      const repository = nameOf(project)
      return [{ kind: 'comment', repository, pullRequest: request.iid, id: note.id, writtenAs: 'comment' }]
    },
  ),
} satisfies Record<string, HookRow>

// --- internal ---

function row<S extends z.ZodRawShape>(
  shape: S,
  keys: (payload: z.infer<z.ZodObject<S>>, branches: Branches) => Key[],
): HookRow {
  const schema = z.object(shape)
  const of = z.object({ project: project() })
  return {
    read(payload) {
      const own = schema.safeParse(payload)
      const there = of.safeParse(payload)
      if (!own.success || !there.success) return undefined
      return {
        repository: there.data.project.path_with_namespace,
        keys: branches => keys(own.data, branches),
      }
    },
  }
}

function project() {
  return z.object({
    id: z.int().positive(),
    path_with_namespace: z
      .string()
      .max(500)
      .regex(/^[\w-][\w.-]*(\/[\w-][\w.-]*)+$/),
    default_branch: z.string().max(1024).nullish(),
  })
}

function nameOf({ path_with_namespace }: { path_with_namespace: string }): RepositoryName {
  return { forge: 'gitlab', name: path_with_namespace }
}

function promotion(project: { path_with_namespace: string }): Key {
  return { kind: 'promotion', deploy: nameOf(project) }
}

/** A merge request that is for another branch than before, or that has begun or ended to be one of those with its head. */
function headOf(
  project: { path_with_namespace: string },
  pullRequest: number | null | undefined,
  commit: string | undefined,
): Key[] {
  if (!pullRequest || !COMMIT.test(commit ?? '')) return []
  return [{ kind: 'head', repository: nameOf(project), pullRequest, commit: commit! }]
}

const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/

/** What a pipeline of a merge request found, or one of the default branch. */
function runOf(
  project: { path_with_namespace: string; default_branch?: string | null | undefined },
  { id, ref, source }: { id: number; ref?: string | null | undefined; source?: string | null | undefined },
): Key[] {
  const isPush = source === 'push' && ref === project.default_branch
  return isPush || source === 'merge_request_event' ? [{ kind: 'run', repository: nameOf(project), id }] : []
}

/** What happens on a branch of ours: on that of a promotion, or of a retraining, which is told where the alert is. */
function ofBranch(project: { path_with_namespace: string }, branch: string): Key[] {
  if (parseRetrainBranch(branch)) return [{ kind: 'alerts', repository: nameOf(project) }]
  if (!branch.startsWith(PROMOTION_PREFIX)) return []
  const model = parsePromotionBranch(branch)?.model
  return model === undefined ? [] : [{ kind: 'promotion', deploy: nameOf(project), model }]
}
