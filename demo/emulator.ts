import { Octokit } from '@octokit/rest'
import { createEmulator } from 'emulate'
import { git, gitBytes } from './git.ts'

export const OWNER = 'skyline-air'
export const REPO = 'late-flights'
const DEVELOPER = 'ada'
const BOT = 'github-actions[bot]'
const TOKENS = { developer: 'demo-token-of-ada', bot: 'demo-token-of-the-workflow' }

/** A GitHub on a free port of this machine, holding everything in memory. */
export interface Github {
  url: string
  /** The token a workflow would get as `github.token`. */
  workflowToken: string
  asDeveloper: Octokit
  close(): Promise<void>
}

export async function startGithub(): Promise<Github> {
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: {
        [TOKENS.developer]: { login: DEVELOPER, scopes: ['repo'] },
        [TOKENS.bot]: { login: BOT, scopes: ['repo'] },
      },
      github: {
        users: [{ login: DEVELOPER, name: 'Ada Airfield', email: 'ada@example.com' }, { login: BOT }],
        orgs: [
          {
            login: OWNER,
            name: 'Skyline Air',
            members: [{ login: DEVELOPER, role: 'admin' }, { login: BOT }],
          },
        ],
        repos: [{ owner: OWNER, name: REPO, auto_init: false, description: 'Will this flight be late?' }],
      },
    },
  })
  const asDeveloper = new Octokit({ auth: TOKENS.developer, baseUrl: emulator.url })
  return { url: emulator.url, workflowToken: TOKENS.bot, asDeveloper, close: () => emulator.close() }
}

/**
 * Brings the commits of a branch to the emulator through the Git Data API, oldest first, and moves the branch there.
 * The emulator hashes objects as git does, so the SHAs are the same on both sides; a difference is an error.
 */
export async function pushToGithub(github: Github, folder: string, branch: string): Promise<void> {
  const { data: refs } = await github.asDeveloper.rest.git.listMatchingRefs({ ...PLACE, ref: 'heads/' })
  const there = refs.map(ref => `^${ref.object.sha}`)
  const shas = (await git(folder, 'rev-list', '--reverse', branch, ...there)).split('\n').filter(Boolean)
  for (const sha of shas) await copyCommit(github, folder, sha)
  const exists = refs.some(ref => ref.ref === `refs/heads/${branch}`)
  await moveBranch(github, branch, await git(folder, 'rev-parse', branch), exists)
}

// --- internal ---

const PLACE = { owner: OWNER, repo: REPO }

async function copyCommit({ asDeveloper }: Github, folder: string, sha: string): Promise<void> {
  const listing = await git(folder, 'ls-tree', '-r', '-z', sha)
  const tree: { path: string; mode: '100644' | '100755'; type: 'blob'; sha: string }[] = []
  for (const entry of listing.split('\0').filter(Boolean)) {
    const [facts, path] = entry.split('\t') as [string, string]
    const [mode, , blob] = facts.split(' ') as ['100644' | '100755', string, string]
    const content = (await gitBytes(folder, 'cat-file', 'blob', blob)).toString('base64')
    await asDeveloper.rest.git.createBlob({ ...PLACE, content, encoding: 'base64' })
    tree.push({ path, mode, type: 'blob', sha: blob })
  }
  const created = await asDeveloper.rest.git.createTree({ ...PLACE, tree })
  const [name, email, date, parents, message] = (
    await git(folder, 'log', '-1', '--format=%an%x00%ae%x00%aI%x00%P%x00%B', sha)
  ).split('\0') as [string, string, string, string, string]
  const { data } = await asDeveloper.rest.git.createCommit({
    ...PLACE,
    message: message.trimEnd(),
    tree: created.data.sha,
    parents: parents.split(' ').filter(Boolean),
    author: { name, email, date },
    committer: { name, email, date },
  })
  if (data.sha !== sha) throw new Error(`the emulator made commit ${data.sha} of ${sha}`)
}

async function moveBranch(
  { asDeveloper }: Github,
  branch: string,
  sha: string,
  exists: boolean,
): Promise<void> {
  if (exists) await asDeveloper.rest.git.updateRef({ ...PLACE, ref: `heads/${branch}`, sha })
  else await asDeveloper.rest.git.createRef({ ...PLACE, ref: `refs/heads/${branch}`, sha })
}
