import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Context } from '../../src/commands/command/context.ts'
import {
  createRepository,
  gitEnvironment,
  openTestRepository,
  testFolder,
} from '../support/git-repository.ts'
import { missing } from '../support/tools.ts'
import { readStories } from './page.ts'
import { type Place, play } from './play.ts'

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

let count = 0

/** A copy of it with a branch of somebody's change. */
function modelPlace(): Place {
  const own = join(folder, `story-${++count}`)
  cpSync(REPOSITORY, own, { recursive: true })
  const { git, commit } = openTestRepository(own)
  git('switch', '--quiet', '--create', 'change')
  let today = '2026-06-01'
  return {
    folder: own,
    contextIn: place => contextIn(place, today),
    events: {
      merged() {
        git('switch', '--quiet', 'main')
        git('merge', '--quiet', '--no-ff', '--message', 'Merge', 'change')
        git('switch', '--quiet', '--force-create', 'change')
      },
      // What the story tried first was not the way.
      instead() {
        git('switch', '--quiet', '--force-create', 'change', 'main')
      },
      'a mount that comes late': () =>
        void commit('Read from a mount', {
          'train.py': `import os, sys\nif not os.path.exists(".mounted/again"):\n    os.makedirs(".mounted/again" if os.path.exists(".mounted") else ".mounted")\n    sys.exit("the data is not mounted")\n${BETTER}`,
        }),
      July() {
        today = '2026-07-01'
      },
      'a better model': () => void commit('Train longer', { 'train.py': BETTER }),
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
