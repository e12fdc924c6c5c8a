import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gitObjects } from './git-objects.ts'
import { type QuickCommits, quickCommits } from './quick-commit.ts'

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

/** The environment for git in tests: the same author, times and settings on every machine, and no samples of hooks. */
export function gitEnvironment(): Record<string, string> {
  environment ??= {
    ...(Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')),
    ) as Record<string, string>),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_TEMPLATE_DIR: '',
  }
  return { ...environment }
}
// Reading that of the process is slow, and it is asked for before every call.
let environment: Record<string, string> | undefined

/** A folder for several repositories; `remove` takes all of them away. */
export function testFolder(): { folder: string; remove: () => void } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-git-')))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** The repository that is in a folder. */
export function openTestRepository(folder: string, quick?: QuickCommits): TestRepository {
  const git = (...parameters: string[]) => runGit(folder, parameters)
  return {
    folder,
    git,
    blobs: ids => readBlobs(folder, ids),
    url: `file://${folder}`,
    checkoutMergeOf(head, base) {
      const own = join(folder, '.git')
      const objects = gitObjects(own)
      const [, tree] = /^tree (\w+)$/m.exec(objects.read(headOf(folder)!)!.bytes.toString())!
      const text = `tree ${tree}\nparent ${base}\nparent ${head}\nauthor ${PERSON}\ncommitter ${PERSON}\n\nMerge\n`
      const merge = objects.write('commit', Buffer.from(text))
      writeFileSync(join(own, 'shallow'), `${merge}\n`)
      // Its files are those that are checked out already.
      writeFileSync(join(own, 'HEAD'), `${merge}\n`)
      return merge
    },
    commit(message, files) {
      for (const [path, content] of Object.entries(files)) place(join(folder, path), content)
      const quickly = quick?.commit(message, PERSON)
      if (quickly !== undefined) return quickly
      // Both in one call: to start a process from one as large as this costs more than what git does.
      const both = 'git add --all && exec git commit --quiet --allow-empty --message "$1"'
      run(folder, 'sh', ['-c', both, 'commit', message])
      return headOf(folder) ?? git('rev-parse', 'HEAD')
    },
  }
}

/** An empty repository whose branch is `main`. It serves any commit that is asked for, as the forges do. */
export function createRepository(folder: string, format: 'sha1' | 'sha256' = 'sha1'): TestRepository {
  mkdirSync(folder, { recursive: true })
  writeEmpty(join(folder, '.git'), format, { bare: false })
  return openTestRepository(folder, format === 'sha1' ? quickCommits(folder) : undefined)
}

/** The same without files beside it; it takes pushes. */
export function createBare(folder: string, format: 'sha1' | 'sha256' = 'sha1'): void {
  writeEmpty(folder, format, { bare: true })
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

/** Who commits here, and when. */
export const ADA = { name: 'Ada', email: 'ada@example.com', at: '1772362800 +0100' }
const PERSON = `${ADA.name} <${ADA.email}> ${ADA.at}`

// --- internal ---

const IDENTITY = Object.fromEntries(
  Object.entries({ NAME: ADA.name, EMAIL: ADA.email, DATE: '2026-03-01T12:00:00+01:00' }).flatMap(
    ([name, value]) => [
      [`GIT_AUTHOR_${name}`, value],
      [`GIT_COMMITTER_${name}`, value],
    ],
  ),
) as Record<string, string>

/** What `git init` makes, gitrepository-layout(5). Nothing waits for a disk. */
function writeEmpty(folder: string, format: 'sha1' | 'sha256', { bare }: { bare: boolean }): void {
  for (const below of ['objects', 'refs/heads', 'info', 'hooks'])
    mkdirSync(join(folder, below), { recursive: true })
  writeFileSync(join(folder, 'HEAD'), 'ref: refs/heads/main\n')
  const [version, extension] = format === 'sha1' ? [0, ''] : [1, `[extensions]\n\tobjectformat = ${format}\n`]
  const core = `repositoryformatversion = ${version}\n\tfilemode = true\n\tbare = ${bare}\n\tlogallrefupdates = ${!bare}\n\tfsync = none`
  // No process looks after a commit whether something is to be tidied up.
  const tidies = '[maintenance]\n\tauto = false\n[receive]\n\tautogc = false\n'
  const serves = '[uploadpack]\n\tallowFilter = true\n[http]\n\treceivepack = true\n'
  writeFileSync(join(folder, 'config'), `[core]\n\t${core}\n${extension}${tidies}${serves}`)
}

/** The commit that is checked out, where a file says so. */
function headOf(folder: string): string | undefined {
  const read = (name: string) => {
    const file = join(folder, '.git', name)
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
  }
  const [, ref] = /^ref: (.*)$/.exec(read('HEAD') ?? '') ?? []
  return ref === undefined ? read('HEAD') : read(ref)
}

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

function runGit(folder: string, parameters: string[]): string {
  return run(folder, 'git', parameters)
}

function run(folder: string, program: string, parameters: string[]): string {
  const env = { ...gitEnvironment(), ...IDENTITY }
  return execFileSync(program, parameters, {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim()
}
