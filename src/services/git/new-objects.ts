import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileChange } from '../../core/git/file-changes.ts'
import type { GitClient } from './client.ts'
import type { TreeEntry } from './objects.ts'

// Objects of a bare repository as they are made, without a work tree. All ids and paths have passed their validators.

/** The tree of a commit with the changes, made in the index: nothing is read but trees. */
export async function writeTree(
  git: GitClient,
  folder: string,
  parent: string,
  changes: readonly FileChange[],
  entries: ReadonlyMap<string, TreeEntry>,
): Promise<string> {
  await git.text('read-tree', parent)
  const written = changes.flatMap(({ path, content }) => (content === undefined ? [] : [{ path, content }]))
  const added = (await writeBlobs(git, folder, written)).flatMap(({ path, id }) => {
    const mode = entries.get(path)?.kind === 'executable' ? '100755' : '100644'
    return ['--add', '--cacheinfo', `${mode},${id},${path}`]
  })
  const gone = changes.filter(change => change.content === undefined).map(change => change.path)
  if (added.length > 0) await git.text('update-index', ...added)
  if (gone.length > 0) {
    // git asks for a work tree to take a file out of the index, and does not look at it.
    const empty = join(folder, 'empty')
    await mkdir(empty, { recursive: true })
    await git.text(`--work-tree=${empty}`, 'update-index', '--force-remove', '--', ...gone)
  }
  return (await git.text('write-tree', '--missing-ok')).trim()
}

export async function writeCommit(
  git: GitClient,
  folder: string,
  { tree, parent, message }: { tree: string; parent: string; message: string },
): Promise<string> {
  return inFiles(folder, [message], async ([file]) =>
    (await git.text('commit-tree', '-p', parent, '-F', file!, tree)).trim(),
  )
}

// --- internal ---

async function writeBlobs(
  git: GitClient,
  folder: string,
  written: readonly { path: string; content: string }[],
): Promise<{ path: string; id: string | undefined }[]> {
  if (written.length === 0) return []
  const texts = written.map(({ content }) => content)
  const ids = await inFiles(folder, texts, async files =>
    (await git.text('hash-object', '-w', '--no-filters', '--', ...files)).trim().split('\n').values(),
  )
  return written.map(({ path }) => ({ path, id: ids.next().value }))
}

/** Texts in files of a fresh folder: the client has no way to write to git's input. */
async function inFiles<T>(folder: string, texts: string[], use: (files: string[]) => Promise<T>): Promise<T> {
  const own = await mkdtemp(join(folder, 'texts-'))
  try {
    const files: string[] = []
    for (const [at, text] of texts.entries()) {
      const file = join(own, String(at))
      await writeFile(file, text)
      files.push(file)
    }
    return await use(files)
  } finally {
    await rm(own, { recursive: true, force: true })
  }
}
