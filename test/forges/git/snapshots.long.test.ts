import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isAssayError } from '../../../src/core/errors/errors.ts'
import { takeSnapshot } from '../../../src/forges/snapshot.ts'
import { useGitServer } from '../../support/use-git-server.ts'
import { type Files, plainPlace } from '../deploy-places.ts'

const served = useGitServer()
const PATHS = ['a', 'b', 'c', 'sub/a', 'sub/b', 'sub/deep/a', 'link/a', 'a/b', '../x']
const BRANCHES = ['assay/one', 'assay/two', 'assay/none', 'main']

const content = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('1\n', '2\n', 'ä\r\n', '') },
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constant({ link: 'sub' }) },
  { weight: 1, arbitrary: fc.constant('\0\uFFFF') },
)
const change = fc.record({
  branch: fc.constantFrom('main', 'main', 'assay/one', 'assay/two'),
  path: fc.constantFrom('a', 'b', 'c', 'sub/a', 'sub/b', 'sub/deep/a'),
  content,
})
const some = (most: number) => fc.uniqueArray(fc.constantFrom(...PATHS), { maxLength: most })
const question = fc.record({
  files: some(5),
  histories: some(3),
  branches: fc.array(fc.record({ name: fc.constantFrom(...BRANCHES), file: fc.constantFrom(...PATHS) }), {
    maxLength: 3,
  }),
})

it('answers many questions as each by itself, whatever the repository holds', {
  timeout: 600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 8 }),
      fc.array(question, { minLength: 1, maxLength: 4 }),
      async (changes, asked) => {
        const place = await plainPlace(served.server, served.folder, {
          opened: served.opened,
          files: { first: 'x\n', link: { link: 'sub' } },
        })
        let commit = (await place.head('main'))!
        for (const { branch, path, content } of changes) {
          const files: Files = { [path]: content }
          const made = await place.push(branch, files, (await place.head(branch)) ? {} : { from: 'main' })
          if (branch === 'main') commit = made
        }
        const questions = asked.map(one => ({ base: 'main', commit, ...one }))
        const { snapshots, snapshot, ...single } = await place.connect()

        const answers = await snapshots!(questions)
        const alone = questions.map(one => snapshot!(one).catch((error: unknown) => error))

        const each = questions.map(one => takeSnapshot(single, one).catch((error: unknown) => error))
        const expected = (await Promise.all(each)).map(said)
        expect(answers.map(said)).toEqual(expected)
        expect((await Promise.all(alone)).map(said)).toEqual(expected)
      },
    ),
    { numRuns: 15 },
  )
})

function said(answer: unknown): unknown {
  return isAssayError(answer) ? { code: answer.code, problems: answer.problems } : answer
}
