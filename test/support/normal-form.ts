import { askBehind } from '../../emulator/github/behind.ts'
import { allIssues } from '../../emulator/github/pulls/issues.ts'
import type { EmulatedGithub } from '../../emulator/github.ts'

/**
 * The state of the emulated GitHub in a form that two runs of one story share: what people and tools see there, without times,
 * numbers of comments and SHAs of commits, which hold times. Two states with equal forms differ in nothing that matters.
 */
export async function normalForm(github: EmulatedGithub): Promise<Record<string, unknown>> {
  const { world } = github
  const forms = await Promise.all(
    world.repositories.map(async name => [name, await repositoryForm(github, name)] as const),
  )
  return Object.fromEntries(forms)
}

// --- internal ---

interface Pull {
  number: number
  title: string
  body: string | null
  state: string
  merged: boolean
  base: { ref: string }
  head: { ref: string; sha: string; label: string }
  labels: { name: string }[]
  requested_reviewers: { login: string }[]
}

interface Written {
  id: number
  user: { login: string }
  body: string | null
  state?: string
}

async function repositoryForm(github: EmulatedGithub, name: string) {
  const { world } = github
  const at = `/repos/${name}`
  const refs = await refsOf(github, name)
  const trees = new Map<string, string>()
  const treeOf = async (sha: string): Promise<string> => {
    const known =
      trees.get(sha) ?? (await askBehind(world, 'GET', `${at}/git/commits/${sha}`))?.tree.sha ?? 'gone'
    trees.set(sha, known)
    return known
  }
  const issues = await allIssues(world, at, 'all')
  const pulls = await Promise.all(
    issues
      .filter(one => one.pull_request !== undefined)
      .map(({ number }) => world.ask('GET', `${at}/pulls/${number}`) as Promise<Pull>),
  )
  for (const { head } of pulls) await treeOf(head.sha)
  const plain = (text: string | null) =>
    withoutTimes((text ?? '').replaceAll(world.url, 'https://github'), trees)
  const heads = await Promise.all(
    refs.map(
      async ({ ref, object }) =>
        [
          ref,
          {
            files: await filesOf(github, name, await treeOf(object.sha)),
            checks: await checksOf(github, name, object.sha, plain),
          },
        ] as const,
    ),
  )
  for (const { sha } of world.upstream.statuses) await treeOf(sha)
  const said = async (number: number) => {
    const comments: Written[] = await askBehind(world, 'GET', `${at}/issues/${number}/comments?per_page=100`)
    return comments
      .map(({ id, user, body }) => ({
        by: user.login,
        body: plain(body),
        reactions: reactionsTo(github, name, id),
      }))
      .sort((a, b) => compare(a.by + a.body, b.by + b.body))
  }
  return {
    refs: Object.fromEntries(heads),
    pulls: Object.fromEntries(
      await Promise.all(
        pulls.map(async pull => [
          `#${pull.number} ${pull.head.label} -> ${pull.base.ref}`,
          {
            title: plain(pull.title),
            state: pull.merged ? 'merged' : pull.state,
            body: plain(pull.body),
            head: await treeOf(pull.head.sha),
            labels: pull.labels.map(label => label.name).sort(),
            reviewers: pull.requested_reviewers.map(({ login }) => login).sort(),
            comments: await said(pull.number),
            checks: await checksOf(github, name, pull.head.sha, plain),
          },
        ]),
      ),
    ),
    issues: await Promise.all(
      issues
        .filter(one => one.pull_request === undefined)
        .map(async ({ number, title, body, state, labels }) => ({
          title,
          state,
          body: plain(body),
          labels: labels.map(label => label.name).sort(),
          comments: await said(number),
        })),
    ),
    statuses: statusesOf(github, name, trees, plain),
    deployments: world.upstream.deployments
      .filter(one => one.repository === name)
      .map(({ sha, environment, statuses }) => ({
        of: trees.get(sha) ?? 'unseen',
        environment,
        // Of what was in between, only those know who looked then.
        state: statuses.at(-1)?.state,
      }))
      .sort((a, b) => compare(a.environment + a.of, b.environment + b.of)),
    dispatches: world.runs
      .filter(run => run.repository === name && /dispatch$/.test(run.event))
      .map(({ event, path, inputs }) => ({ event, path, inputs })),
  }
}

/** The newest of each context and commit. */
function statusesOf(
  { world }: EmulatedGithub,
  name: string,
  trees: Map<string, string>,
  plain: (text: string) => string,
) {
  const own = world.upstream.statuses.filter(one => one.repository === name)
  const newest = new Map(own.map(one => [`${trees.get(one.sha)} ${one.context}`, one]))
  const shown = [...newest].map(([key, { state, description }]) => [
    key,
    `${state}: ${plain(description ?? '')}`,
  ])
  return Object.fromEntries(shown.sort(([a], [b]) => compare(a!, b!)))
}

/** The newest of each name. */
async function checksOf(
  { world }: EmulatedGithub,
  name: string,
  sha: string,
  plain: (text: string) => string,
) {
  const listed = await askBehind(world, 'GET', `/repos/${name}/commits/${sha}/check-runs?per_page=100`)
  const runs = (listed?.check_runs ?? []) as {
    id: number
    name: string
    conclusion: string
    output: { title: string | null; summary: string | null }
  }[]
  const newest = new Map(runs.toSorted((a, b) => a.id - b.id).map(run => [run.name, run]))
  return [...newest.values()]
    .sort((a, b) => compare(a.name, b.name))
    .map(run => ({
      name: run.name,
      conclusion: run.conclusion,
      title: plain(run.output.title ?? ''),
      summary: plain(run.output.summary ?? ''),
    }))
}

function reactionsTo({ world }: EmulatedGithub, name: string, comment: number): string[] {
  return world.reactions
    .filter(({ about }) => about === `${name} issues/comments/${comment}`)
    .map(({ content, user }) => `${content} ${user.login}`)
    .sort()
}

async function refsOf(
  { world }: EmulatedGithub,
  name: string,
): Promise<{ ref: string; object: { sha: string } }[]> {
  const kinds = ['heads/', 'tags/', 'assay/']
  const asked = kinds.map(kind => askBehind(world, 'GET', `/repos/${name}/git/matching-refs/${kind}`))
  return (await Promise.all(asked)).flat()
}

async function filesOf(
  { world }: EmulatedGithub,
  name: string,
  tree: string,
): Promise<Record<string, string>> {
  const listed = await askBehind(world, 'GET', `/repos/${name}/git/trees/${tree}?recursive=1`)
  const files = (listed?.tree ?? []) as { path: string; type: string; sha: string }[]
  return Object.fromEntries(files.filter(({ type }) => type === 'blob').map(({ path, sha }) => [path, sha]))
}

/** Times, of which those of Slack's messages are some, are one word, and a commit, in full or short, is the tree that it holds. */
function withoutTimes(text: string, trees: Map<string, string>): string {
  const threadless = text.replace(/\b\d{10}\.\d{6}\b/g, 'TIME')
  const timeless = threadless.replace(
    /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?UTC|Z)?)?/g,
    'TIME',
  )
  const numberless = timeless.replace(/\breply-(comment|review)-\d+-to-(\d+)-at-\d+\b/g, 'reply-$1-to-$2')
  return numberless.replace(/\b[0-9a-f]{7,40}\b/g, hex => {
    const commit = [...trees].find(([sha]) => sha.startsWith(hex))
    return commit ? `commit of ${commit[1].slice(0, 12)}` : hex
  })
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
