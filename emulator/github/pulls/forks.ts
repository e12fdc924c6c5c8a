import { refPath } from '../../ref-path.ts'
import { askBehind } from '../behind.ts'
import type { World } from '../world/world.ts'

/** Makes a fork with all commits of its parent's default branch, under the same name of branch. */
export async function fork(world: World, parent: string, fullName: string, token: string): Promise<void> {
  const [owner, name] = fullName.split('/')
  const organisation = world.organisations.has(owner!) ? { organization: owner } : {}
  const made = await fetch(`${world.upstream.target}/repos/${parent}/forks`, {
    method: 'POST',
    headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name, ...organisation }),
  })
  if (!made.ok) throw new Error(`fork of ${parent}: ${made.status} ${await made.text()}`)
  const { default_branch: branch } = (await made.json()) as { default_branch: string }
  const { object } = await askBehind(world, 'GET', `/repos/${parent}/git/ref/heads/${refPath(branch)}`)
  await copyCommits(world, parent, fullName, object.sha)
  await askBehind(world, 'PATCH', `/repos/${fullName}/git/refs/heads/${refPath(branch)}`, {
    sha: object.sha,
    force: true,
  })
  world.parents.set(fullName, parent)
}

/** On GitHub a fork and its parent share their objects; the npm package keeps them apart. */
export async function copyCommits(world: World, from: string, into: string, sha: string): Promise<void> {
  if (await askBehind(world, 'GET', `/repos/${into}/git/commits/${sha}`)) return
  const commit = await askBehind(world, 'GET', `/repos/${from}/git/commits/${sha}`)
  for (const parent of commit.parents) await copyCommits(world, from, into, parent.sha)
  const { tree } = await askBehind(world, 'GET', `/repos/${from}/git/trees/${commit.tree.sha}?recursive=1`)
  const files = (tree as { path: string; mode: string; type: string; sha: string }[]).filter(
    ({ type }) => type === 'blob',
  )
  for (const { sha: blob } of files) {
    if (await askBehind(world, 'GET', `/repos/${into}/git/blobs/${blob}`)) continue
    const { content, encoding } = await askBehind(world, 'GET', `/repos/${from}/git/blobs/${blob}`)
    await askBehind(world, 'POST', `/repos/${into}/git/blobs`, { content, encoding })
  }
  const entries = files.map(({ path, mode, type, sha: id }) => ({ path, mode, type, sha: id }))
  const made = await askBehind(world, 'POST', `/repos/${into}/git/trees`, { tree: entries })
  const copy = await askBehind(world, 'POST', `/repos/${into}/git/commits`, {
    message: commit.message,
    tree: made.sha,
    parents: commit.parents.map((parent: { sha: string }) => parent.sha),
    author: commit.author,
    committer: commit.committer,
  })
  if (copy.sha !== sha) throw new Error(`the copy of ${sha} is ${copy.sha}`)
}
