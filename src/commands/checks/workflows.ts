import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from '../../ci/workflows/findings.ts'
import { actionPaths, localUsesIn, type TextFile } from '../../ci/workflows/local-actions.ts'
import { isAssayError } from '../../core/errors/errors.ts'
import { listInside, readInside } from '../../services/files/files.ts'

export interface Workflows {
  files: TextFile[]
  /** The pipeline of GitLab, where there is one. */
  gitlab: TextFile[]
  /** Files of the repository's own actions that they use, and of those that these use. */
  actions: TextFile[]
  unreadable: Finding[]
}

/** The workflows and the pipeline of a repository, and its own actions as far as a workflow uses them. What cannot be read is said. */
export async function readWorkflows(folder: string): Promise<Workflows> {
  const unreadable: Finding[] = []
  const entries = (await told(WORKFLOWS, () => listInside(folder, WORKFLOWS))) ?? []
  const paths = entries.filter(({ name }) => /\.ya?ml$/.test(name)).map(({ name }) => `${WORKFLOWS}/${name}`)
  const files = await readAll(paths.sort())
  const actions: TextFile[] = []
  for (let from = files; from.length > 0 && actions.length < MOST_ACTIONS; ) {
    const known = new Set(actions.map(({ path }) => path))
    const used = new Set(from.flatMap(localUsesIn).map(there))
    from = await readAll([...used].filter(path => path !== undefined && !known.has(path)) as string[])
    actions.push(...from)
  }
  const gitlab = await readAll(existsSync(join(folder, GITLAB)) ? [GITLAB] : [])
  return { files, gitlab, actions, unreadable }

  async function readAll(wanted: readonly string[]): Promise<TextFile[]> {
    const read: TextFile[] = []
    for (const path of wanted) {
      const file = await told(path, () => readInside(folder, path, { maxBytes: MAX_BYTES }))
      if (file) read.push({ path, text: new TextDecoder().decode(file.bytes) })
    }
    return read
  }

  async function told<T>(path: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read()
    } catch (error) {
      if (!isAssayError(error)) throw error
      const what = error.problems[0]?.what ?? error.message
      unreadable.push({ level: 'warning', text: `${path}: ${what}: nothing is known of what it runs` })
      return undefined
    }
  }

  function there(uses: string): string | undefined {
    return actionPaths(uses).find(path => existsSync(join(folder, path)))
  }
}

// --- internal ---

const WORKFLOWS = '.github/workflows'
const GITLAB = '.gitlab-ci.yml'
const MAX_BYTES = 256 * 1024
const MOST_ACTIONS = 200
