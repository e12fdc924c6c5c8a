import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { deployConnector } from '../../cli/connect-deploy.ts'
import type { Context } from '../../src/commands/command/context.ts'
import { createRepository, gitEnvironment, testFolder } from '../support/git-repository.ts'
import { missing } from '../support/tools.ts'
import { approve, deployedTwice } from './deploy-story.ts'
import { readStories } from './page.ts'
import { inShell, type Place, play } from './play.ts'

/** docs/living-with-it.md does what it says: its blocks are carried out, and what it shows is what is printed. */

const PAGE = 'docs/living-with-it.md'
const { folder, remove } = testFolder()
afterAll(remove)

/** The repository of the page, made once: two commits of `main` have a model each, of which the second serves. */
const REPOSITORY = join(folder, 'model')
/** That of what is deployed, with its manifests. */
const DEPLOYED = join(folder, 'deployed')
beforeAll(async () => {
  const [assay] = /^# assay\.yml\n[\s\S]*?(?=^```)/m.exec(readFileSync(PAGE, 'utf8'))!
  const repository = createRepository(REPOSITORY)
  cpSync(join(import.meta.dirname, 'model'), REPOSITORY, { recursive: true })
  inShell(NAMED, REPOSITORY)
  repository.commit('Begin', { 'assay.yml': assay, '.gitignore': IGNORED })
  mkdirSync(DEPLOYED)
  await deployedTwice(DEPLOYED, contextIn(folder, '2026-05-03'))
})
const NAMED = 'git config user.name Kim; git config user.email kim@example.com'
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
  const shell = (command: string) => void inShell(command, own)
  const change = (message: string, train: string) => {
    writeFileSync(join(own, 'train.py'), train)
    shell(`git commit -qam '${message}'`)
  }
  shell('git switch -qc change')
  let today = '2026-06-01'
  return {
    folder: own,
    contextIn: place => contextIn(place, today),
    places: {
      'in the deploy repository'() {
        cpSync(DEPLOYED, `${own}-deploy`, { recursive: true })
        inShell(`git clone -q deploy.git deploy; cd deploy; ${NAMED}`, `${own}-deploy`)
        return `${own}-deploy/deploy`
      },
    },
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
          'git switch -q main; git clone -q --bare . ../forge; git remote add origin ../forge; git config url.../forge.insteadOf https://x-access-token:t@github.com/acme/churn',
        )
        const given = 'TOKEN=t GITHUB_REPOSITORY=acme/churn'
        for (const { run } of jobs.refresh.steps) if (run) shell(`${given}\n${run}`)
        shell('git fetch -q; git switch -qC change origin/main')
      },
      approved() {
        approve(`${own}-deploy`)
        inShell('git pull -q', `${own}-deploy/deploy`)
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
    openDeploy: deployConnector(gitEnvironment(), { name: 'local' }),
    now: () => Date.parse(`${today}T12:00:00Z`),
    log: { info() {}, warn() {}, raw() {}, live() {}, group: (_, body) => body() },
    signal: new AbortController().signal,
    version: '0.0.0-test',
    terminal: { colour: false, width: 100 },
  }
}

const stories = readStories(PAGE).filter(({ steps }) => steps.length > 0)

describe.skipIf(missing('python', '--version') ?? missing('kustomize', 'version'))('Living with it', () => {
  it.each(stories)('$title', async story => {
    expect(
      story.steps.some(({ kind }) => kind === 'output'),
      'the story shows what comes of it',
    ).toBe(true)
    await play(story, modelPlace())
  })
})
