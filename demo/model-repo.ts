import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DemoError } from './demo-error.ts'
import { endsWithUs } from './ends-with-us.ts'
import { git, gitAt } from './git.ts'

const run = promisify(execFile)
const EXAMPLE = fileURLToPath(new URL('../examples/late-flights', import.meta.url))

/** The champion is trained anew; the rest may lie there from somebody's own tries. */
const LEFT_OUT = new Set(['champion', 'data', 'node_modules'])

export const BRANCH = 'recent-delays'

/** The repository on the developer's disk, and the bare one that stands for the server. */
export interface ModelRepo {
  folder: string
  origin: string
}

/**
 * Two commits on main: the code with its data, then the champion, trained here.
 *
 * @param files texts in place of those of the example
 */
export async function createModelRepo(temp: string, files: Record<string, string> = {}): Promise<ModelRepo> {
  const repo = { folder: join(temp, 'late-flights'), origin: join(temp, 'origin.git') }
  await cp(EXAMPLE, repo.folder, { recursive: true, filter: path => !LEFT_OUT.has(basename(path)) })
  await copyFlights(repo.folder)
  for (const [file, text] of Object.entries(files)) await writeFile(join(repo.folder, file), text)
  await git(temp, 'init', '--quiet', '--bare', '--initial-branch=main', repo.origin)
  await git(repo.folder, 'init', '--quiet', '--initial-branch=main')
  await git(repo.folder, 'remote', 'add', 'origin', repo.origin)
  await commit(repo, '2026-03-02T09:00:00Z', 'Model of late flights: hour and distance')
  await train(repo, 'champion/model.json')
  await commit(repo, '2026-03-02T10:00:00Z', 'Champion: the first trained model')
  await git(repo.folder, 'push', '--quiet', 'origin', 'main')
  return repo
}

/** Changes params.json on the branch of the pull request, commits and pushes. Returns the new commit. */
export async function pushChange(
  repo: ModelRepo,
  change: { date: string; message: string; params: Record<string, unknown> },
): Promise<string> {
  await git(repo.folder, 'switch', '--quiet', await branchOption(repo), BRANCH)
  const file = join(repo.folder, 'params.json')
  const params = { ...JSON.parse(await readFile(file, 'utf8')), ...change.params }
  await writeFile(file, renderParams(params))
  await commit(repo, change.date, change.message)
  await git(repo.folder, 'push', '--quiet', 'origin', BRANCH)
  return git(repo.folder, 'rev-parse', 'HEAD')
}

/** What actions/checkout with `fetch-depth: 0` leaves for a pull request: the merge of head into base, detached. */
export async function checkOutMerge(
  repo: ModelRepo,
  folder: string,
  head: string,
  date: string,
): Promise<string> {
  await git(repo.folder, 'clone', '--quiet', repo.origin, folder)
  await git(folder, 'checkout', '--quiet', '--detach', 'origin/main')
  const base = await git(folder, 'rev-parse', 'HEAD')
  await gitAt(date, folder, 'merge', '--quiet', '--no-ff', '-m', `Merge ${head} into ${base}`, head)
  return git(folder, 'rev-parse', 'HEAD')
}

// --- internal ---

async function copyFlights(folder: string): Promise<void> {
  const file = new URL('../data/flights-20k.json', import.meta.resolve('vega-datasets'))
  await mkdir(join(folder, 'data'), { recursive: true })
  await cp(file, join(folder, 'data', 'flights-20k.json')).catch(cause => {
    throw new DemoError('The flights are missing (npm package vega-datasets).', 'Run: npm ci', { cause })
  })
}

async function train(repo: ModelRepo, out: string): Promise<void> {
  const training = run(process.execPath, ['train.mjs', '--out', out], { cwd: repo.folder })
  endsWithUs(training.child)
  await training
}

async function commit(repo: ModelRepo, date: string, message: string): Promise<void> {
  await git(repo.folder, 'add', '--all')
  await gitAt(date, repo.folder, 'commit', '--quiet', '-m', message)
}

async function branchOption(repo: ModelRepo): Promise<string> {
  const existing = await git(repo.folder, 'branch', '--list', BRANCH)
  return existing === '' ? '--create' : '--no-guess'
}

/** One line a key, as people write it, so that the diff is one line too. */
function renderParams(params: Record<string, unknown>): string {
  const lines = Object.entries(params).map(([key, value]) => `  "${key}": ${inline(value)}`)
  return `{\n${lines.join(',\n')}\n}\n`
}

function inline(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(inline).join(', ')}]` : JSON.stringify(value)
}
