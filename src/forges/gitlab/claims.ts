import { commitId, treeId } from '../../core/git/tree.ts'
import { advised } from '../expected-failures.ts'
import { badAnswer, forgeError } from '../forge-error.ts'
import type { Claims } from '../workflows.ts'
import type { GitlabClient } from './client.ts'
import type { RefUpdate } from './protocol/push.ts'
import { gitlabFiles } from './reading/files.ts'

/**
 * Refs that are no branches. GitLab's API neither makes nor lists them, so git is asked: a ref is pushed once, and refused from then
 * on.
 */
export function gitlabClaims(
  client: Pick<GitlabClient, 'api' | 'push' | 'listRefs' | 'memory' | 'graphql'>,
  project: string,
  now: () => number = Date.now,
): Claims {
  const { api, push, listRefs } = client
  const files = gitlabFiles(client, project)

  return {
    async claim(ref, commit, note) {
      const there = await claimed(ref)
      if (there) return there.note === note
      const { bytes, id } = await emptyCommit(commit, note)
      const failure = await pushed({ ref, from: undefined, to: id }, bytes)
      if (!failure) return true
      // Refused since it is there, or done and the answer lost: the ref itself knows.
      const known = await claimed(ref)
      if (!known) throw failure
      return known.note === note
    },

    claimed,

    claimsBelow: async prefix => [...(await listRefs(project, prefix)).keys()],

    async forget(ref) {
      const from = await commitAt(ref)
      const failure = from && (await pushed({ ref, from, to: undefined }))
      if (failure && (await commitAt(ref))) throw failure
    },
  }

  async function commitAt(ref: string): Promise<string | undefined> {
    return (await listRefs(project, ref)).get(ref)
  }

  async function claimed(ref: string): ReturnType<Claims['claimed']> {
    const commit = await commitAt(ref)
    if (commit === undefined) return undefined
    const call = `GET /projects/${encodeURIComponent(project)}/repository/commits/${commit}`
    const { message, committed_date } = await advised(api.Commits.show(project, commit), READ_ADVICE)
    const at = Date.parse(String(committed_date))
    if (typeof message !== 'string' || Number.isNaN(at)) throw badAnswer(call, 'the answer is no commit')
    return { note: message.trimEnd(), at }
  }

  async function emptyCommit(parent: string, note: string): Promise<{ bytes: Buffer; id: string }> {
    const tree = treeId((await files.folders(parent, [])).get('') ?? [])
    const who = `Assay <assay@localhost> ${Math.floor(now() / 1000)} +0000`
    const lines = [`tree ${tree}`, `parent ${parent}`, `author ${who}`, `committer ${who}`, '', `${note}\n`]
    const bytes = Buffer.from(lines.join('\n'))
    return { bytes, id: commitId(bytes, tree.length === 64 ? 'sha256' : 'sha1') }
  }

  /** @returns why it may not have been done */
  async function pushed(update: RefUpdate, commit?: Uint8Array): Promise<unknown> {
    try {
      const said = await push(project, [update], commit)
      const call = `POST /${project}.git/git-receive-pack`
      return said === undefined
        ? undefined
        : forgeError({ code: 'FORGE_REJECTED', call, said, fix: PUSH_ADVICE })
    } catch (error) {
      return error
    }
  }
}

// --- internal ---

const READ_ADVICE = 'Give the token the scope `api`'
const PUSH_ADVICE =
  'Give the token the scope `api` and the role Developer, leave Git over HTTP(S) enabled, and let no push rule refuse refs below `refs/assay/`'
