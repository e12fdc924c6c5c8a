import type { githubClient } from '../../src/forges/github/client.ts'

/** All files in one commit on `main` of a repository of acme: one call a file would be most of what is measured. */
export async function commitAll(
  { rest }: ReturnType<typeof githubClient>,
  name: string,
  files: Record<string, string>,
): Promise<void> {
  const repo = { owner: 'acme', repo: name }
  const { data: main } = await rest.git.getRef({ ...repo, ref: 'heads/main' })
  const tree = Object.entries(files).map(([path, content]) => ({
    path,
    content,
    mode: '100644' as const,
    type: 'blob' as const,
  }))
  const { data: made } = await rest.git.createTree({ ...repo, tree })
  const asked = { ...repo, message: 'all', tree: made.sha, parents: [main.object.sha] }
  const { data: next } = await rest.git.createCommit(asked)
  await rest.git.updateRef({ ...repo, ref: 'heads/main', sha: next.sha })
}
