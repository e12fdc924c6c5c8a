import type { Right } from '../../../core/chatops/rights.ts'
import { unless } from '../../expected-failures.ts'
import { orUnknown, type People, type Sign, type Written } from '../../people.ts'
import type { GitlabClient } from '../client.ts'
import { MAKERS, type MakersAnswer, makersIn } from './makers.ts'

/** People of a project on GitLab. Accounts are asked by their number, so that a name which changed hands is no other's. */
export function gitlabPeople(
  { api, graphql }: Pick<GitlabClient, 'api' | 'graphql'>,
  project: string,
): People {
  const levelIn = async (members: Promise<unknown>) => {
    const answer = await unless(members, 'FORGE_NOT_FOUND')
    return answer as { id?: unknown; access_level?: unknown; state?: unknown } | undefined
  }
  /** What everybody may do. What is internal is open to accounts that are not external, which only administrators are told. */
  const openToAll = async (): Promise<'none' | 'read'> => {
    const shown = (await api.Projects.show(project)) as unknown as ProjectAnswer
    const { visibility, repository_access_level: files = 'enabled' } = shown
    return visibility === 'public' && files === 'enabled' ? 'read' : 'none'
  }
  return {
    rightOf: ({ id, login }) =>
      orUnknown<Right>(`what ${login} may do in ${project}`, async () => {
        const found = await levelIn(api.ProjectMembers.show(project, id, { includeInherited: true }))
        if (!found) return { kind: 'known', id, right: await openToAll() }
        const { id: own, access_level: level, state = 'active' } = found
        if (typeof own !== 'number' || typeof level !== 'number')
          return {
            kind: 'unknown',
            why: `what ${login} may do in ${project} is not known: no role in the answer`,
          }
        if (state !== 'active') return { kind: 'known', id: own, right: 'none' }
        const right = LEVELS.find(([least]) => level >= least)?.[1] ?? (await openToAll())
        return { kind: 'known', id: own, right }
      }),

    async isMember(team, { id }) {
      const asked = await orUnknown<{ kind: 'known'; isIn: boolean } | { kind: 'unknown'; why: string }>(
        `who is in ${team}`,
        async () => {
          const found = await levelIn(api.GroupMembers.show(team, id, { includeInherited: true }))
          return { kind: 'known', isIn: found !== undefined && (found.state ?? 'active') === 'active' }
        },
      )
      return asked.kind === 'known' ? asked.isIn : { why: asked.why }
    },

    async written(writtenAs, pullRequest, id) {
      // What is said in a review is a note.
      if (writtenAs === 'review') return undefined
      const asked = api.MergeRequestNotes.show(project, pullRequest, id)
      const note = (await unless(asked, 'FORGE_NOT_FOUND')) as NoteAnswer | undefined
      // An answer to an internal note would be read by everybody.
      if (!note?.author || note.system || note.internal || note.confidential) return undefined
      const user = (await unless(api.Users.show(note.author.id), 'FORGE_NOT_FOUND')) as
        | { bot?: unknown; state?: unknown }
        | undefined
      return {
        id,
        body: note.body,
        author: {
          id: note.author.id,
          login: note.author.username,
          isPerson: user !== undefined && user.bot !== true && user.state === 'active',
        },
        created: Date.parse(note.created_at),
        edited: !(Date.parse(note.updated_at) - Date.parse(note.created_at) <= 1000),
      } satisfies Written
    },

    async pullRequest(number) {
      const asked = api.MergeRequests.show(project, number)
      const found = (await unless(asked, 'FORGE_NOT_FOUND')) as RequestAnswer | undefined
      if (!found) return undefined
      const { state, merge_commit_sha: merge, squash_commit_sha: squash, sha } = found
      return {
        state: state === 'opened' || state === 'merged' ? STATES[state] : 'closed',
        // Without a merge commit the base was moved ahead to the head.
        ...(state === 'merged' && { mergeCommit: merge ?? squash ?? sha }),
        base: found.target_branch,
        head: sha,
        branch: found.source_branch,
        isFork: found.source_project_id !== found.target_project_id,
      }
    },

    async makersOf(number) {
      const asked = await orUnknown<
        { kind: 'known'; answer: MakersAnswer } | { kind: 'unknown'; why: string }
      >('who has a hand in this merge request', async () => {
        return { kind: 'known', answer: await graphql(MAKERS, { project, iid: `${number}` }) }
      })
      return asked.kind === 'known' ? makersIn(asked.answer) : { why: asked.why }
    },

    async react(writtenAs, pullRequest, id, sign) {
      if (writtenAs === 'review') return
      // A second one of the same name is refused as not found.
      await unless(
        api.MergeRequestNoteAwardEmojis.award(project, pullRequest, id, SIGNS[sign]),
        'FORGE_NOT_FOUND',
        'FORGE_FORBIDDEN',
      )
    },
  }
}

// --- internal ---

/** https://docs.gitlab.com/user/permissions/: who may push is a developer, who may read code a reporter. */
const LEVELS = [
  [50, 'admin'],
  [40, 'maintain'],
  [30, 'write'],
  [20, 'read'],
] as const
const STATES = { opened: 'open', merged: 'merged' } as const
const SIGNS: Record<Sign, string> = { done: 'thumbsup', refused: 'thumbsdown', not_understood: 'question' }

/** https://docs.gitlab.com/user/public_access/: what is not told is not open. */
interface ProjectAnswer {
  visibility?: string
  repository_access_level?: string
}

interface NoteAnswer {
  body: string
  author: { id: number; username: string } | null
  created_at: string
  updated_at: string
  system: boolean
  internal?: boolean
  confidential?: boolean
}

interface RequestAnswer {
  state: string
  merge_commit_sha: string | null
  squash_commit_sha: string | null
  sha: string
  source_branch: string
  target_branch: string
  source_project_id: number | null
  target_project_id: number
}
