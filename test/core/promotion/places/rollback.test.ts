import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AssayError } from '../../../../src/core/errors/errors.ts'
import { heldBy, parseHold, renderHold } from '../../../../src/core/promotion/places/hold-file.ts'
import { type Deployed, findRollback } from '../../../../src/core/promotion/places/rollback.ts'
import { renderRelease } from '../../../../src/core/release/record-file.ts'
import { hostileText } from '../../../support/hostile.ts'
import { release } from '../../../support/releases.ts'

const MANIFEST = 'apps/churn/overlays/production/kustomization.yaml'
const RECORD = 'apps/churn/overlays/production/model-release.yaml'
const manifest = (number: number) =>
  `# of the platform team\r\nimages:\r\n- {name: churn, newTag: "${number}"}   # tag\r\n`

describe('a hold whose file cannot be read', () => {
  const file = 'apps/churn/model-hold.yaml'

  it('holds all the same and says why', () => {
    const error = new AssayError({ code: 'FILE_TOO_LARGE', title: 'No', problems: [{ what: 'it has 9 MB' }] })

    expect([error, 'by: ada\n', 'reason: [', ''].map(text => heldBy(text, file).reason)).toEqual([
      `${file} cannot be read (it has 9 MB); remove it to release the hold`,
      `${file} cannot be read (\`reason\`: is missing (expected string)); remove it to release the hold`,
      `${file} cannot be read (a \`[\` that is never closed with \`]\`); remove it to release the hold`,
      `${file} cannot be read (the file is empty); remove it to release the hold`,
    ])
  })
})

describe('findRollback', () => {
  it('DY-021: gives every file the bytes it had', () => {
    const { history, files } = deployed(1, 2)

    const { from, to, restore, edit } = findRollback(history, files)

    expect([from.version, to.version]).toEqual([release(2).version, release(1).version])
    expect(restore).toEqual([
      { path: MANIFEST, text: manifest(1) },
      { path: RECORD, text: renderRelease(release(1)) },
    ])
    expect(edit).toEqual([])
  })

  it('undoes several promotions to get to the last healthy one', () => {
    const { history, files } = deployed(1, 2, 3, 4)
    history[1]!.healthy = false
    delete history[2]!.healthy

    expect(findRollback(history, files)).toMatchObject({
      to: { commit: release(1).commit },
      restore: [{ text: manifest(1) }, { text: renderRelease(release(1)) }],
    })
  })

  it('does not undo what others changed since: the target edits that file', () => {
    const { history, files } = deployed(1, 2)
    files.set(MANIFEST, `${manifest(2)}replicas: 3\r\n`)

    const { restore, edit } = findRollback(history, files)

    expect(restore.map(({ path }) => path)).toEqual([RECORD])
    expect(edit).toEqual([MANIFEST])
  })

  it('removes files that the promotion added', () => {
    const { history, files } = deployed(1, 2)
    history[0]!.changed = [...history[0]!.changed, { path: 'apps/churn/new.yaml', after: 'x' }]
    files.set('apps/churn/new.yaml', 'x')

    expect(findRollback(history, files).restore).toContainEqual({ path: 'apps/churn/new.yaml' })
  })

  it('does not return to a release that was rolled back before, unless it is named', () => {
    const { history, files } = deployed(1, 2, 1, 3)

    expect(findRollback(history, files).to.commit).toBe(release(1).commit)
    expect(findRollback(deployed(2, 1).history, files, release(2).version).to.commit).toBe(release(2).commit)
    expect(problem(() => findRollback(deployed(2, 1).history, files))).toMatch(
      /no release before it is known/,
    )
  })

  it.each([
    ['nothing was ever deployed', [], undefined, 'nothing was ever deployed there'],
    ['there is only one', [1], undefined, '2026-05-01-0000001 is the first release there'],
    [
      'the named one was never there',
      [1, 2],
      'v9',
      'v9 was never deployed there before (deployed before: 2026-05-01-0000001)',
    ],
    [
      'the named one serves already',
      [1, 2],
      release(2).version,
      '2026-05-02-0000002 serves there already (nothing has to be done; deployed before: 2026-05-01-0000001)',
    ],
    [
      'the named one serves already, and is the first',
      [1],
      release(1).version,
      '2026-05-01-0000001 serves there already (nothing has to be done)',
    ],
  ] as const)('refuses where %s', (_, numbers, version, expected) => {
    const { history, files } = deployed(...numbers)

    expect(problem(() => findRollback(history, files, version))).toBe(expected)
  })

  it('ends at the bytes from before, however many promotions there were', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.nat(), (count, pick) => {
        const numbers = Array.from({ length: count }, (_, index) => index + 1)
        const { history, files } = deployed(...numbers)
        const wanted = 1 + (pick % (count - 1))

        const { restore } = findRollback(history, files, release(wanted).version)
        for (const { path, text } of restore) if (text !== undefined) files.set(path, text)

        expect([...files]).toEqual([...deployed(...numbers.slice(0, wanted)).files])
      }),
    )
  })
})

describe('the hold of a rollback', () => {
  it('comes back as it was, whatever texts it holds', () => {
    fc.assert(
      fc.property(hostileText(), hostileText(), (reason, by) => {
        const hold = {
          reason: `r${reason}`.toWellFormed(),
          by: `b${by}`.toWellFormed(),
          since: '2026-05-20T12:00:00Z',
          version: '1',
        }
        fc.pre(hold.reason.length <= 500 && hold.by.length <= 300)

        expect(parseHold(renderHold(hold), 'model-hold.yaml')).toEqual(hold)
      }),
    )
  })

  it('keeps nothing that nobody sees: such characters are written out, and read back', () => {
    const hold = { reason: 'slow \u202etxt\u200b\u{e0041}', by: 'kim\u2066', since: '2026-06-01T12:00:00Z' }
    const text = renderHold(hold)

    expect(text).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(text).toContain('reason: "slow \\u202etxt\\u200b\\U000e0041"\nby: "kim\\u2066"')
    expect(parseHold(text, 'model-hold.yaml')).toEqual(hold)
  })

  it.each(['', 'x', 'reason: r\nby: b\nsince: yesterday\n', 'reason: r\nby: b\n'])('is no hold: %j', text => {
    expect(() => parseHold(text, 'model-hold.yaml')).toThrow(AssayError)
  })
})

// --- internal ---

/** Releases as they were deployed one after the other, all healthy, and the files as they are now. */
function deployed(...numbers: number[]): { history: Deployed[]; files: Map<string, string> } {
  const files = new Map([[MANIFEST, manifest(0)]])
  const history = numbers.map((number, index) => {
    const texts = { [MANIFEST]: manifest(number), [RECORD]: renderRelease(release(number)) }
    const changed = Object.entries(texts).map(([path, after]) => ({ path, before: files.get(path), after }))
    for (const { path, after } of changed) files.set(path, after)
    return { release: release(number), commit: `${index}`, at: index, healthy: true, changed }
  })
  return { history: history.reverse(), files }
}

function problem(run: () => unknown): string {
  try {
    run()
    return 'none'
  } catch (error) {
    if (!(error instanceof AssayError)) throw error
    expect(error.code).toBe('ROLLBACK_IMPOSSIBLE')
    const [{ what, fix } = { what: '' }] = error.problems
    return fix ? `${what} (${fix})` : what
  }
}
