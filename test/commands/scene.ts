import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { deployConnector } from '../../cli/connect-deploy.ts'
import type { CiFacts } from '../../src/ci/ci.ts'
import type { CommandResult, Context } from '../../src/commands/command/context.ts'
import { run } from '../../src/commands/run.ts'
import type { Result } from '../../src/core/verdict/result.ts'
import { forgeAs } from '../forges/report-run.ts'
import { type GithubEmulator, REPOSITORY, TOKENS } from '../support/emulator.ts'
import {
  createRepository,
  gitEnvironment,
  openTestRepository,
  type TestRepository,
  testFolder,
} from '../support/git-repository.ts'

/** Pull requests with a real repository, for the tests of commands. */

export type Files = Record<string, string | undefined>

export interface Scene {
  repository: TestRepository
  folder: string
  /** Commits of the base and of the pull request. */
  base: string
  head: string
  context: Context
  /** What the log printed. */
  log: string[]
  read(path: string): string
  result(model?: string): Result
  /** Runs `assay run` in it. */
  run(options?: Partial<Parameters<typeof run>[1]>): Promise<CommandResult>
}

export const RUN_DEFAULTS = {
  config: 'assay.yml',
  model: undefined,
  baseline: undefined,
  base: undefined,
  output: 'assay-result',
  'pull-request': undefined,
  comment: true,
  'no-release': false,
  'dry-run': false,
}

/** One model with one gate on its champion, as a repository starts out. */
export const CONFIG = `model: churn
train: echo training
evaluate: cp candidate.csv predictions.csv
predictions: predictions.csv
champion: champion
gates:
  - { metric: accuracy, not_worse_than: champion, margin: 0.05 }
`

/** Predictions of `rows` rows; the model is wrong where `isWrong` says so. */
export function predictions(isWrong: (row: number) => boolean, rows = 400): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const label = row % 2
    const said = isWrong(row) ? 1 - label : label
    // Scores differ, so that a threshold can be moved and ranks mean something.
    return `r${row},${label},${((said === 1 ? 0.7 : 0.1) + (row % 19) / 100).toFixed(2)},${row % 4 < 2 ? 'north' : 'south'}`
  })
  return `id,label,score,region\n${lines.join('\n')}\n`
}

export const good = predictions(row => row % 10 === 0)
export const slightlyBetter = predictions(row => row % 10 === 0 && row % 40 !== 0)
export const bad = predictions(row => row % 3 === 0)

/** The files of a base whose champion is right in nine of ten rows. */
export function baseFiles(more: Files = {}): Files {
  return {
    'assay.yml': CONFIG,
    'candidate.csv': good,
    'champion/predictions.csv': good,
    '.gitignore': 'assay-result/\n/predictions.csv\n/metrics.json\n',
    ...more,
  }
}

/** Folders that are gone when the tests of the file are done. */
export function useScenes() {
  const { folder, remove } = testFolder()
  afterAll(remove)
  let count = 0
  return {
    /** A pull request: base commit, then the changes of the pull request on top, checked out. */
    pullRequest(base: Files, changes: Files, ci: Partial<CiFacts> = {}, more: Partial<Context> = {}): Scene {
      const name = `scene-${++count}`
      const repository = createRepository(join(folder, name))
      const baseCommit = repository.commit('base', base)
      const head = repository.commit('change', changes)
      const facts: CiFacts = {
        name: 'GitHub Actions',
        forge: 'github',
        repository: REPOSITORY,
        pullRequest: 7,
        headSha: head,
        baseSha: baseCommit,
        baseRef: 'main',
        runUrl: 'https://github.com/octo/model/actions/runs/100',
        runOrder: '100.1',
        summaryFile: join(folder, `${name}-summary.md`),
        ...ci,
      }
      return sceneOf(repository, baseCommit, head, { ci: facts, ...more })
    },
    /** The same on the emulator, with a token that may write comments and checks unless another is given. */
    async onGithub(
      github: GithubEmulator,
      base: Files,
      changes: Files,
      {
        token = TOKENS.workflow,
        ci = {},
        merged = true,
      }: { token?: string; ci?: Partial<CiFacts>; merged?: boolean } = {},
    ): Promise<Scene & { pullRequest: number; headSha: string }> {
      const { number, headSha } = await github.pullRequest()
      const scene = this.pullRequest(base, changes, {
        pullRequest: number,
        headSha,
        apiUrl: github.url,
        ...ci,
      })
      // The emulator has commits of its own: what is checked out is a merge of the one that the event names.
      if (merged) scene.head = scene.repository.checkoutMergeOf(headSha, scene.base)
      scene.context.forge = forgeAs(github, token)
      return Object.assign(scene, { pullRequest: number, headSha })
    },
    /** A laptop: the same two commits and no CI. */
    local(base: Files, changes: Files): Scene {
      const repository = createRepository(join(folder, `scene-${++count}`))
      const baseCommit = repository.commit('base', base)
      const head = repository.commit('change', changes)
      return sceneOf(repository, baseCommit, head, { ci: { name: 'local' } })
    },
    /** The same as it is now in a folder of its own: what many tests go out from is made once. */
    copyOf({ folder: from, base, head, context: { ci } }: Scene): Scene {
      const repository = openTestRepository(join(folder, `scene-${++count}`))
      cpSync(from, repository.folder, { recursive: true })
      return sceneOf(repository, base, head, { ci })
    },
    /** A place for files beside the repositories. */
    folder,
  }
}

// --- internal ---

function sceneOf(
  repository: TestRepository,
  base: string,
  head: string,
  { ci, ...more }: { ci: CiFacts } & Partial<Context>,
): Scene {
  const log: string[] = []
  const { folder } = repository
  const context: Context = {
    folder,
    env: gitEnvironment(),
    ci,
    forgeMissing: 'there is no token',
    openDeploy: deployConnector(gitEnvironment(), ci),
    now: () => Date.parse('2026-06-01T12:00:00Z'),
    log: {
      info: text => void log.push(text),
      warn: text => void log.push(`warning: ${text}`),
      raw: chunk => void log.push(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk)),
      live: () => {},
      group(title, body) {
        log.push(title)
        return body()
      },
    },
    signal: new AbortController().signal,
    version: '0.0.0-test',
    ...more,
  }
  const read = (path: string) => readFileSync(join(folder, path), 'utf8')
  const scene: Scene = {
    repository,
    folder,
    base,
    head,
    context,
    log,
    read,
    result: (model = 'churn') => JSON.parse(read(`assay-result/${model}/result.json`)) as Result,
    run: options => run(scene.context, { ...RUN_DEFAULTS, ...options }),
  }
  return scene
}

export function summaryOf(scene: Scene): string {
  const file = scene.context.ci.summaryFile!
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
