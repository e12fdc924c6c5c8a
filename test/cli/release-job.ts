import { type ChildProcess, execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from '../../src/core/verdict/result.ts'
import { createRepository, gitEnvironment, type TestRepository } from '../support/git-repository.ts'
import { result } from '../support/results.ts'
import { type Ended, startCli } from './cli.ts'

/** A model repository with judged commits, and `assay release` of them in processes of their own. */
export interface ReleaseJob {
  model: string
  folder: string
  /** One commit a release, oldest first. */
  commits: string[]
  /** Of the `number`th release: the digest of its image, its version. */
  digest(number: number): string
  version(number: number): string
  release(number: number, more?: string[]): { child: ChildProcess; ended: Promise<Ended> }
  assay(...words: string[]): { child: ChildProcess; ended: Promise<Ended> }
}

export function releaseJob(
  folder: string,
  model: string,
  deploy: { repository: string; branch: string; env: Record<string, string> },
  releases = 2,
): ReleaseJob {
  const repository = createRepository(folder)
  repository.git('remote', 'add', 'origin', 'https://git.example/acme/churn.git')
  const config = `model: ${model}\nevaluate: 'true'\npredictions: p.csv\ngates: [{ metric: accuracy, at_least: 0.5 }]\n`
  const commits = Array.from({ length: releases }, (_, index) => {
    repository.commit(`change ${index + 1}`, { 'assay.yml': config, 'change.txt': String(index + 1) })
    return dated(repository, `2026-05-01T12:${String(index + 1).padStart(2, '0')}:00Z`)
  })
  // Each as its own run has it checked out.
  const checkouts = commits.map((commit, index) => {
    const checkout = `${folder}-${index + 1}`
    repository.git('worktree', 'add', '--quiet', '--detach', checkout, commit)
    return checkout
  })
  for (const [index, commit] of commits.entries()) {
    const judged: Result = { ...result(), model, candidate: { ...result().candidate, commit } }
    const output = join(checkouts[index]!, `out-${index + 1}`, model)
    mkdirSync(output, { recursive: true })
    writeFileSync(join(output, 'result.json'), JSON.stringify(judged))
  }
  const digest = (number: number) => `sha256:${String(number).padStart(64, '0')}`
  const where = ['--deploy-repo', deploy.repository, '--deploy-branch', deploy.branch]
  const start = (words: string[], env: Record<string, string> = {}, at = folder) =>
    startCli(at, [...words, ...where], { ...ACTIONS, ...deploy.env, ...env })
  return {
    model,
    folder,
    commits,
    digest,
    version: number => `v${number}`,
    assay: (...words) => start(words),
    release: (number, more = []) =>
      start(
        [
          'release',
          ...['--model', model, '--output', `out-${number}`, '--release-version', `v${number}`],
          ...['--image', `registry.example/acme/churn@${digest(number)}`],
          ...more,
        ],
        { GITHUB_SHA: commits[number - 1]! },
        checkouts[number - 1],
      ),
  }
}

// --- internal ---

/** A run of GitHub Actions for a push to `main`. */
const ACTIONS = {
  GITHUB_ACTIONS: 'true',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REPOSITORY: 'octo/model',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_RUN_ID: '7',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_ACTOR: 'ada',
}

/** The last commit as of another time: of two releases, the newer is the one with the newer commit. */
function dated({ folder, git }: TestRepository, date: string): string {
  const people = ['AUTHOR', 'COMMITTER'].flatMap(who => [
    [`GIT_${who}_NAME`, 'Ada'],
    [`GIT_${who}_EMAIL`, 'ada@example.com'],
    [`GIT_${who}_DATE`, date],
  ])
  const env = { ...gitEnvironment(), ...Object.fromEntries(people) }
  execFileSync('git', ['commit', '--quiet', '--amend', '--no-edit', '--date', date], { cwd: folder, env })
  return git('rev-parse', 'HEAD')
}
