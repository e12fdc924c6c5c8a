import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { gitEnvironment, openTestRepository, testFolder } from '../support/git-repository.ts'

const { folder, remove } = testFolder()
afterAll(remove)

interface Step {
  name?: string
  run?: string
}
const workflow = parse(readFileSync('.github/workflows/release.yml', 'utf8')) as {
  jobs: Record<string, { steps: Step[] }>
}
const publishing = workflow.jobs.publish!.steps.find(({ name }) => name?.startsWith('Tag'))!.run!

const CHANGELOG =
  '# Changelog\n\n## 0.2.0 (2026-12-01)\n\n- Two.\n\n## 0.1.0 (2026-11-01)\n\n- One.\n```md\n## 0.0.1\n```\n- More.\n'

let count = 0

/** A project at a version on a bare remote, with what the workflow runs; `gh` keeps its releases in a file. */
function project(version: string, changelog = CHANGELOG) {
  const home = join(folder, String(count++))
  const remote = join(home, 'origin.git')
  const work = join(home, 'work')
  const bin = join(home, 'bin')
  mkdirSync(work, { recursive: true })
  mkdirSync(bin)
  // `gh release view <tag>` and `gh release create <tag> …`, as GitHub's own does it: twice is an error.
  writeFileSync(
    join(bin, 'gh'),
    `#!/usr/bin/env bash\nset -eu\ncase "$1 $2" in\n  'release view') grep -qx "$3" ${home}/releases ;;\n  'release create') if grep -qx "$3" ${home}/releases; then exit 1; fi; git ls-remote --exit-code --tags origin "refs/tags/$3"; echo "$3" >>${home}/releases; cp "\${@: -1}" ${home}/notes-"$3" ;;\nesac\n`,
  )
  chmodSync(join(bin, 'gh'), 0o755)
  writeFileSync(join(home, 'releases'), '')
  const node = dirname(process.execPath)
  const repository = openTestRepository(work)
  repository.git('init', '--quiet', '--initial-branch=main')
  repository.git('init', '--quiet', '--bare', remote)
  repository.git('remote', 'add', 'origin', remote)
  for (const name of ['release.ts', 'release-plan.ts', 'release-tags.ts'])
    cpSync(join('scripts', name), join(work, 'scripts', name))
  const at = (next: string) => {
    const commit = repository.commit(next, {
      'package.json': JSON.stringify({ version: next, type: 'module' }),
      'src/version.ts': `export const VERSION = '${next}'\n`,
      'CHANGELOG.md': changelog,
    })
    repository.git('push', '--quiet', 'origin', 'HEAD:main')
    return commit
  }
  const run = (script: string, environment: Record<string, string> = {}) =>
    spawnSync('bash', ['-e', '-c', script], {
      cwd: work,
      encoding: 'utf8',
      env: {
        ...gitEnvironment(),
        GITHUB_REF_TYPE: 'branch',
        GITHUB_REF_NAME: 'main',
        ...environment,
        RUNNER_TEMP: home,
        PATH: [bin, node, process.env.PATH].join(delimiter),
      },
    })
  const tags = () =>
    Object.fromEntries(
      repository
        .git('ls-remote', '--tags', 'origin')
        .split('\n')
        .filter(Boolean)
        .map(line => line.split('\trefs/tags/').reverse()),
    )
  const read = (name: string) => readFileSync(join(home, name), 'utf8')
  return { ...repository, at, run, tags, read, first: at(version) }
}

describe('the job that publishes', () => {
  it('tags, releases with the notes of the version and moves the tag of the major; a second run changes nothing', () => {
    const { run, tags, read, first } = project('0.1.0')

    for (const _ of ['first', 'again']) {
      const images = {
        BOT: 'ghcr.io/acme/assay-bot@sha256:b0',
        COLLECTOR: 'ghcr.io/acme/assay-collector@sha256:c0',
      }
      const { status, stderr } = run(publishing, images)

      expect([status, stderr]).toEqual([0, ''])
      expect(tags()).toEqual({ 'v0.1.0': first, v0: first })
      expect(read('releases')).toBe('v0.1.0\n')
      expect(read('notes-v0.1.0')).toBe(
        `- One.\n\`\`\`md\n## 0.0.1\n\`\`\`\n- More.\n\nThe image of the bot: ${images.BOT}\nThe image of the collector: ${images.COLLECTOR}\n`,
      )
    }
  })

  it('goes on where it stopped', () => {
    for (const done of [1, 2, 3, 4]) {
      const { run, tags, read, first } = project('0.1.0')
      run(publishing.split('\n').slice(0, done).join('\n'))

      expect(run(publishing).status).toBe(0)
      expect(tags()).toEqual({ 'v0.1.0': first, v0: first })
      expect(read('releases')).toBe('v0.1.0\n')
    }
  })

  it('moves the tag of the major forward, also where it is annotated, and for a mend of an old version not back', () => {
    const { run, tags, git, at, first } = project('0.2.0')
    git('tag', '--annotate', '--message', 'old', 'v0', first)
    git('push', '--quiet', 'origin', 'v0')
    at('0.10.0')
    const newest = at('0.10.1')

    expect(run('node scripts/release.ts tag && node scripts/release.ts major').stdout).toBe(
      `v0.10.1\nv0 was ${first}, is ${newest}\n`,
    )
    const mend = at('0.9.1')
    expect(run('node scripts/release.ts tag && node scripts/release.ts major').stdout).toBe(
      'v0.9.1\nv0 stays: 0.10.1 is newer than 0.9.1\n',
    )
    expect(tags()).toEqual({ v0: newest, 'v0.10.1': newest, 'v0.9.1': mend })
  })

  it('of another major leaves the tag of this one, which moves on for itself', () => {
    const { run, tags, at, first } = project('0.2.0')
    run(publishing)
    const next = at('1.0.0')

    expect(run('node scripts/release.ts tag && node scripts/release.ts major').status).toBe(0)
    expect(tags()).toEqual({ v0: first, 'v0.2.0': first, v1: next, 'v1.0.0': next })

    const mend = at('0.2.1')
    expect(run('node scripts/release.ts tag && node scripts/release.ts major').status).toBe(0)
    expect(tags()).toMatchObject({ v0: mend, v1: next })
  })

  it('never moves the tag of a release, and says what to do', () => {
    const { run, tags, at, first } = project('0.1.0')
    run(publishing)
    const later = at('0.1.0')
    const { status, stderr } = run(publishing)

    expect(status).toBe(1)
    expect(stderr).toContain(
      `v0.1.0 is ${first} already, not ${later}: what is released stays. Raise the version`,
    )
    expect(tags()).toEqual({ 'v0.1.0': first, v0: first })
  })

  it('holds no text of the run in what its shell is given', () => {
    for (const { steps } of Object.values(workflow.jobs))
      for (const { run = '' } of steps) expect(run).not.toContain('${{')
  })
})

describe('whether a commit may be released', () => {
  it('is yes for a commit of main, by hand and by the tag of its version', () => {
    const { run } = project('0.1.0')

    expect(run('git fetch --quiet; node scripts/release.ts check').stdout).toBe('0.1.0 may be released\n')
    expect(
      run('node scripts/release.ts check', { GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v0.1.0' }).status,
    ).toBe(0)
  })

  it('is no with all reasons at once', () => {
    const { run, commit } = project('0.1.0', '# Changelog\n\n## 0.1.0 (unreleased)\n')
    commit('not on main', { 'src/version.ts': "export const VERSION = '0.0.9'\n" })
    const { status, stdout, stderr } = run('node scripts/release.ts check', {
      GITHUB_REF_TYPE: 'tag',
      GITHUB_REF_NAME: 'v0.2.0$(touch x)',
    })

    expect([status, stdout]).toEqual([1, ''])
    expect(stderr.trim().split('\n')).toEqual([
      'src/version.ts says 0.0.9, package.json 0.1.0: make them one',
      'the tag is v0.2.0$(touch x), the version in package.json 0.1.0: delete the tag and push v0.1.0, or change the version',
      'the commit is not on main: merge it first',
      'CHANGELOG.md, 0.1.0: "(unreleased)" is no day: write the day of the release',
      'CHANGELOG.md, 0.1.0: nothing stands below the heading',
    ])
  })
})
