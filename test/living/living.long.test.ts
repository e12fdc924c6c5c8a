import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Context } from '../../src/commands/command/context.ts'
import { createRepository, gitEnvironment, testFolder } from '../support/git-repository.ts'
import { missing } from '../support/tools.ts'
import { readStories } from './page.ts'
import { inShell, type Place, play } from './play.ts'

/** docs/living-with-it.md does what it says: its blocks are carried out, and what it shows is what is printed. */

const PAGE = 'docs/living-with-it.md'
const { folder, remove } = testFolder()
afterAll(remove)

/** The repository of the page, made once: two commits of `main` have a model each, of which the second serves. */
const REPOSITORY = join(folder, 'model')
beforeAll(() => {
  const [assay] = /^# assay\.yml\n[\s\S]*?(?=^```)/m.exec(readFileSync(PAGE, 'utf8'))!
  const repository = createRepository(REPOSITORY)
  cpSync(join(import.meta.dirname, 'model'), REPOSITORY, { recursive: true })
  repository.git('config', 'user.name', 'Kim')
  repository.git('config', 'user.email', 'kim@example.com')
  repository.commit('Begin', { 'assay.yml': assay, '.gitignore': IGNORED })
})
const IGNORED = '/predictions.csv\n/metrics.json\n/model.json\n/scores.csv\nassay-result/\n'

const BETTER = readFileSync(join(import.meta.dirname, 'model/train.py'), 'utf8').replace('150', '75')

/** Fails twice. */
const LATE = `import os, sys
if not os.path.exists(".mounted/again"):
    os.makedirs(".mounted/again" if os.path.exists(".mounted") else ".mounted")
    sys.exit("the data is not mounted")
`

let count = 0

/** A copy of it with a branch of somebody's change. */
function modelPlace(): Place {
  const own = join(folder, `story-${++count}`)
  cpSync(REPOSITORY, own, { recursive: true })
  const shell = (command: string) => inShell(command, own)
  const change = (message: string, train: string) => {
    writeFileSync(join(own, 'train.py'), train)
    shell(`git commit -qam '${message}'`)
  }
  shell('git switch -qc change')
  let today = '2026-06-01'
  return {
    folder: own,
    contextIn: place => contextIn(place, today),
    events: {
      merged: () =>
        shell(
          'git add --all; git commit -qm Change || true; git switch -q main; git merge -q change; git switch -q change',
        ),
      // What the story tried first was not the way.
      instead: () => shell('git switch -qC change main'),
      plans() {
        cpSync(join(import.meta.dirname, 'plans'), own, { recursive: true })
        shell('git add --all; git commit -qm Plans; git push -q . HEAD:main')
      },
      // As a runner does, with a repository beside it in place of the forge's.
      'the workflow runs'() {
        const { jobs } = parse(readFileSync(join(own, '.github/workflows/champion.yml'), 'utf8'))
        shell(
          'git switch -q main; git clone -q --bare . ../forge; git remote add origin ../forge; git config push.default current',
        )
        for (const { run } of jobs.refresh.steps) if (run) shell(run)
        shell('git fetch -q; git switch -qC change origin/main')
      },
      July() {
        today = '2026-07-01'
      },
      'a mount that comes late': () => change('Read from a mount', `${LATE}${BETTER}`),
      'a better model': () => change('Train longer', BETTER),
      'the best model': () => change('Train to the end', BETTER.replace('75', '30')),
    },
  }
}

function contextIn(place: string, today: string): Context {
  return {
    folder: place,
    env: gitEnvironment(),
    ci: { name: 'local' },
    forgeMissing: 'there is no token',
    openDeploy: () => Promise.reject(new Error('no story deploys')),
    now: () => Date.parse(`${today}T12:00:00Z`),
    log: { info() {}, warn() {}, raw() {}, live() {}, group: (_, body) => body() },
    signal: new AbortController().signal,
    version: '0.0.0-test',
    terminal: { colour: false, width: 100 },
  }
}

const stories = readStories(PAGE).filter(({ steps }) => steps.length > 0)

describe.skipIf(missing('python', '--version'))('Living with it', () => {
  it.each(stories)('$title', async story => {
    expect(
      story.steps.some(({ kind }) => kind === 'output'),
      'the story shows what comes of it',
    ).toBe(true)
    await play(story, modelPlace())
  })
})
