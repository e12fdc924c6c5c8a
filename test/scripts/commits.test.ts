import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { commitProblems } from '../../scripts/commit-rules.ts'
import { anyCharacter } from '../support/any-character.ts'
import { gitEnvironment, openTestRepository, testFolder } from '../support/git-repository.ts'

const { folder, remove } = testFolder()
afterAll(remove)
const body = 'It was wrong.'
const problems = (subject: string, text = body) =>
  commitProblems({ id: 'abc', subject, body: text }).map(problem =>
    problem.slice(`abc ${JSON.stringify(subject)}: `.length),
  )

describe('the message of a commit', () => {
  it.each([
    'Add the workflow that releases',
    'Pass on the licences of everything',
    'Bring the champion with it',
    'Embed the schema',
    'Bias nothing',
    `Say it in ${'x'.repeat(62)}`,
    `Revert "${'x'.repeat(80)}"`,
    'Über die Brücke gehen',
  ])('may be "%s"', subject => {
    expect(problems(subject)).toEqual([])
  })

  it.each([
    [`Say it in ${'x'.repeat(63)}`, 'the subject has 73 characters; 72 fit'],
    ['Added a gate', '"Added": say in the subject what the commit does as an order, such as "Add" or "Fix"'],
    ['Adds a gate', '"Adds": say in the subject what the commit does as an order, such as "Add" or "Fix"'],
    [
      'Fixing a gate',
      '"Fixing": say in the subject what the commit does as an order, such as "Add" or "Fix"',
    ],
    ['add a gate', 'begin the subject with a capital letter'],
    ['fix: the gate', 'begin the subject with a capital letter'],
    ['Add a gate.', 'the subject ends without a full stop'],
    ['fixup! Add a gate', 'squash it into the commit that it is for'],
    ['', 'begin the subject with a capital letter'],
  ])('may not be "%s"', (subject, problem) => {
    expect(problems(subject)).toEqual([problem])
  })

  it.each(['', ' \n', 'Signed-off-by: Ada <ada@example.com>\nCo-authored-by: Bo <bo@example.com>'])(
    'has a body: "%s" is none',
    text => {
      expect(problems('Add a gate', text)).toEqual(['say in a body why'])
    },
  )

  it('is told of with everything that is wrong, on one line whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), fc.string(), (subject, text) => {
        for (const problem of commitProblems({ id: 'abc', subject, body: text }))
          for (const order of ['\n', '\r', '\u001b']) expect(problem).not.toContain(order)
      }),
    )
  })
})

describe('the commits of a pull request', () => {
  const step = Object.values(
    (
      parse(readFileSync('.github/workflows/ci.yml', 'utf8')) as {
        jobs: Record<string, { steps: { run?: string }[] }>
      }
    ).jobs,
  )
    .flatMap(({ steps }) => steps)
    .find(({ run }) => run?.includes('scripts/commits.ts'))!

  it('are looked at by the step of the workflow: those of its branch, without merges and without what is on main', () => {
    const repository = openTestRepository(folder)
    const { git, commit } = repository
    git('init', '--quiet', '--initial-branch=main')
    commit('wrong, but on main before', { a: '1' })
    git('checkout', '--quiet', '-b', 'branch')
    commit(`Add a gate\n\n${body}`, { b: '1' })
    commit('Added another', { b: '2' })
    git('checkout', '--quiet', 'main')
    commit('wrong, but on main meanwhile', { a: '2' })
    git('checkout', '--quiet', 'branch')
    git('merge', '--quiet', '--message', 'merged', 'main')
    git('checkout', '--quiet', 'main')
    git('merge', '--quiet', '--no-ff', '--message', 'wrong, but made by the forge', 'branch')

    const { status, stderr } = spawnSync(
      'bash',
      ['-e', '-c', step.run!.replace('scripts/', `${resolve('scripts')}/`)],
      {
        cwd: folder,
        env: gitEnvironment(),
        encoding: 'utf8',
      },
    )

    expect(status).toBe(1)
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^[0-9a-f]+ "Added another": "Added": say in the subject/),
      expect.stringMatching(/^[0-9a-f]+ "Added another": say in a body why$/),
    ])
  })
})
