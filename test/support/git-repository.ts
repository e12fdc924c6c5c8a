import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A real repository in a folder of its own, with the real git and nobody's settings. */
export interface TestRepository {
  folder: string
  /** What git printed, trimmed. */
  git(...parameters: string[]): string
  /** The texts of blobs, in one call. */
  blobs(ids: string[]): string[]
  /** Writes the files (undefined deletes, `{ link }` makes a symbolic link), commits them all and returns the commit. */
  commit(message: string, files: Record<string, string | undefined | { link: string }>): string
  /**
   * Checks out what a runner has of a pull request: the merge of its head with what is checked out now, which is not here
   * itself, as in a clone of one commit. Returns the merge.
   */
  checkoutMergeOf(head: string, base: string): string
  /** `file://`, so that depth and filters count as over a network. */
  url: string
}

/** The environment for git in tests: the same author, times and settings on every machine. */
export function gitEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
  }
}

/** A folder for several repositories; `remove` takes all of them away. */
export function testFolder(): { folder: string; remove: () => void } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-git-')))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** The repository that is in a folder. */
export function openTestRepository(folder: string): TestRepository {
  const git = (...parameters: string[]) => runGit(folder, parameters)
  return {
    folder,
    git,
    blobs: ids => readBlobs(folder, ids),
    url: `file://${folder}`,
    checkoutMergeOf(head, base) {
      const person = 'Ada <ada@example.com> 1772362800 +0100'
      const tree = git('rev-parse', 'HEAD^{tree}')
      const text = `tree ${tree}\nparent ${base}\nparent ${head}\nauthor ${person}\ncommitter ${person}\n\nMerge\n`
      const merge = runGit(folder, ['hash-object', '-t', 'commit', '-w', '--stdin'], text)
      writeFileSync(join(folder, '.git/shallow'), `${merge}\n`)
      git('checkout', '--quiet', '--detach', merge)
      return merge
    },
    commit(message, files) {
      for (const [path, content] of Object.entries(files)) place(join(folder, path), content)
      git('add', '--all')
      git('commit', '--quiet', '--allow-empty', '--message', message)
      return git('rev-parse', 'HEAD')
    },
  }
}

/** An empty repository whose branch is `main`. It serves any commit that is asked for, as the forges do. */
export function createRepository(folder: string, format: 'sha1' | 'sha256' = 'sha1'): TestRepository {
  mkdirSync(folder, { recursive: true })
  const repository = openTestRepository(folder)
  repository.git('init', '--quiet', '--initial-branch=main', `--object-format=${format}`)
  repository.git('config', 'uploadpack.allowFilter', 'true')
  return repository
}

/** A clone, with the parameters of `git clone` (`--depth=1`, …). */
export function cloneRepository(url: string, folder: string, ...parameters: string[]): TestRepository {
  runGit(dirname(folder), ['clone', '--quiet', ...parameters, url, folder])
  return openTestRepository(folder)
}

/** What `actions/checkout` does by default: one commit without history, and no local branch. */
export function checkoutLikeActions(url: string, ref: string, folder: string): TestRepository {
  const repository = createRepository(folder)
  repository.git('remote', 'add', 'origin', url)
  repository.git('fetch', '--quiet', '--no-tags', '--depth=1', 'origin', `+${ref}:refs/remotes/pull/merge`)
  repository.git('checkout', '--quiet', '--detach', 'refs/remotes/pull/merge')
  return repository
}

// --- internal ---

function place(path: string, content: string | undefined | { link: string }): void {
  rmSync(path, { recursive: true, force: true })
  if (content === undefined) return
  mkdirSync(dirname(path), { recursive: true })
  if (typeof content === 'string') writeFileSync(path, content)
  else symlinkSync(content.link, path)
}

function readBlobs(folder: string, ids: string[]): string[] {
  const input = ids.map(id => `${id}\n`).join('')
  const output = execFileSync('git', ['cat-file', '--batch'], { cwd: folder, env: gitEnvironment(), input })
  let from = 0
  return ids.map(() => {
    const start = output.indexOf('\n', from) + 1
    const size = Number(output.subarray(from, start).toString().trim().split(' ')[2])
    from = start + size + 1
    return output.subarray(start, start + size).toString()
  })
}

function runGit(folder: string, parameters: string[], input?: string): string {
  const person = { NAME: 'Ada', EMAIL: 'ada@example.com', DATE: '2026-03-01T12:00:00+01:00' }
  const identity = Object.entries(person).flatMap(([name, value]) => [
    [`GIT_AUTHOR_${name}`, value],
    [`GIT_COMMITTER_${name}`, value],
  ])
  const env = { ...gitEnvironment(), ...(Object.fromEntries(identity) as Record<string, string>) }
  return execFileSync('git', parameters, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe', input }).trim()
}
