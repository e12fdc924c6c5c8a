import { describe, expect, it } from 'vitest'
import { FACES, faceOf, inWordsOf } from '../../../src/commands/command/faces.ts'
import { AssayError } from '../../../src/core/errors/errors.ts'

describe('the words of a face', () => {
  it.each([
    [{}, FACES.cli],
    [{ ASSAY_STEP_FOLDER: '/tmp/step' }, FACES.jenkins],
    [{ ASSAY_INPUT_COMMAND: '' }, FACES.gitlab],
  ])('%j', (env, face) => {
    expect(faceOf(env)).toBe(face)
  })

  it.each([
    [
      'name it with --deploy-repo, or run it in a clone',
      'action',
      'name it with the input `deploy-repo`, or run it in a clone',
    ],
    ['name it with --deploy-repo', 'jenkins', 'name it with the parameter `deployRepo`'],
    ['name one with `--to`: 2', 'gitlab', 'name one with the input `to`: 2'],
    ['give --image or --uri', 'action', 'give the input `image` or the input `uri`'],
    ['name it with --deploy-repo', 'cli', 'name it with --deploy-repo'],
    // A command line, and whatever else is code, is the same everywhere.
    [
      '`assay promote churn --release-hold`; --to',
      'action',
      '`assay promote churn --release-hold`; the input `to`',
    ],
    ['run `python x.py --output y`', 'jenkins', 'run `python x.py --output y`'],
  ] as const)('%s in the words of %s', (fix, face, expected) => {
    const error = new AssayError({ code: 'USAGE', title: 'x', problems: [{ what: '--output is data', fix }] })

    expect(inWordsOf(FACES[face], error).problems).toEqual([{ what: '--output is data', fix: expected }])
  })
})
