import { describe, expect, it } from 'vitest'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { parseRelease, renderRelease } from '../../../src/core/release/record-file.ts'
import { releaseFrom } from '../../../src/core/release/release-from.ts'
import { DIGEST, releaseOf } from '../../support/releases.ts'
import { STATES } from '../../support/report-states.ts'
import {
  CANDIDATE_COMMIT,
  CHAMPION_COMMIT,
  difference,
  failedResult,
  gate,
  metric,
  result,
  slice,
} from '../../support/results.ts'

const FACTS = {
  commit: CANDIDATE_COMMIT,
  committed: '2026-05-18T23:30:00Z',
  repository: 'https://forge.example/acme/late-flights',
  created: '2026-05-19T00:10:00Z',
  by: 'ada',
  image: { name: 'registry.example/acme/late-flights', digest: DIGEST },
}

describe('releaseFrom', () => {
  it.each(Object.entries(STATES).filter(([, state]) => state.state === 'judged'))(
    'makes a record that can be read back: %s',
    (_, judged) => {
      const record = releaseFrom(judged, FACTS)

      expect(parseRelease(renderRelease(record), 'r.yaml')).toEqual(record)
    },
  )

  it('takes the lineage from the result and the version from the commit', () => {
    const record = releaseOf()

    expect(record).toMatchObject({
      version: '2026-05-18-b491386',
      verdict: 'pass',
      data: ['dvc.lock:data/flights.csv md5 1a2b3c4d5e6f'],
      test_set: { rows: 7099 },
      weighed: { against: 'champion', commit: CHAMPION_COMMIT },
    })
    expect(record.metrics.accuracy).toMatchObject({
      direction: 'higher',
      gated: true,
      baseline: expect.any(Number),
      change: { paired: true, level: 0.95 },
    })
  })

  it('names nobody in its data, whose hashes stay', () => {
    const line = 'in/kim@example.com.csv md5 aaaabbbbccccddddeeeeffff00001113 1 bytes'
    const record = releaseOf({ candidate: { ...result().candidate, data: [line] } })

    expect(record.data).toEqual(['in/[e-mail] md5 aaaabbbbccccddddeeeeffff00001113 1 bytes'])
  })

  it('says in which image it was trained, and takes no name without digest', () => {
    const trainedIn = (image: string) => {
      const judged = result()
      const usage = { ...judged.candidate.usage, image }
      return releaseFrom({ ...judged, candidate: { ...judged.candidate, usage } }, FACTS).trained_in
    }

    expect(trainedIn(`ghcr.io/acme/train@${DIGEST}`)).toBe(`ghcr.io/acme/train@${DIGEST}`)
    expect(() => trainedIn('ghcr.io/acme/train:3')).toThrow(AssayError)
  })

  it('keeps what the scan found, and what had no room', () => {
    const file = {
      file: 'model.pkl',
      sha256: 'a'.repeat(64),
      size: 7,
      format: 'joblib',
      verdict: 'allowed',
    } as const
    const record = releaseOf({ files: { kept: [file], more: 3 } })

    expect(record).toMatchObject({ scanned: [file], more_scanned: 3 })
    expect(parseRelease(renderRelease(record), 'r.yaml')).toEqual(record)
    expect(renderRelease(record)).toContain(`  - {"file": "model.pkl", "sha256": "${'a'.repeat(64)}"`)
    expect(releaseOf()).not.toHaveProperty('scanned')
  })

  it('keeps waivers, with who and until when', () => {
    const waived = { reason: 'known and accepted', author: 'kim', until: '2026-12-31' }
    const record = releaseOf({ gates: [gate('recall not worse', 'fail', { waived, blocks: false })] })

    expect(record.gates).toEqual([
      {
        name: 'recall not worse',
        verdict: 'fail',
        waived: { reason: waived.reason, by: 'kim', until: '2026-12-31' },
      },
    ])
  })

  it('keeps gated metrics and those that changed where not all have room, and says how many are missing', () => {
    const many = Array.from({ length: 600 }, (_, index) =>
      metric(`m${index}`, [0.5, 0.5], difference(0, -0.1, 0.1)),
    )
    const gated = metric('zz', [0.5, 0.6], difference(0.1, 0.05, 0.2), { gated: true })

    const record = releaseOf({ metrics: [...many, gated] })

    expect(Object.keys(record.metrics)).toHaveLength(500)
    expect(record.metrics.zz?.gated).toBe(true)
    expect(record.more_metrics).toBe(101)
  })

  it('keeps the five slices that lost most, and none so small that it speaks of single people', () => {
    const lost = difference(-0.1, -0.2, -0.05)
    const slices = [
      slice('tiny', 4, lost),
      ...['a', 'b', 'c', 'd', 'e', 'f'].map(name => slice(name, 400, lost)),
    ]

    expect(releaseOf({ slices }).worst_slices?.map(row => row.value)).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('refuses everything that is wrong at once', () => {
    const failed = failedResult('training_failed', { command: 'c', exitCode: 1, tail: '' })
    const { image: _, ...facts } = FACTS

    expect(problems(() => releaseFrom(failed, { ...facts, commit: CHAMPION_COMMIT }))).toEqual([
      'it was not judged: training failed',
      'the result is of commit b491386fdba1, the release of e5c87ee3b6f9',
      'there is nothing to deploy: neither an image with its digest nor a model URI',
    ])
  })

  it.each([
    [
      'DY-015: a digest that goes on in a next line',
      { image: { ...FACTS.image, digest: `${DIGEST}\n  image: evil` } },
    ],
    ['DY-015: an image name with an option in it', { image: { ...FACTS.image, name: '--config=x' } }],
    ['a version that is a path', { version: '../../x' }],
    ['a URI with a password', { uri: 's3://key:secret@bucket/model' }],
    ['no name of a person', { by: '' }],
  ])('refuses %s', (_, change) => {
    expect(problems(() => releaseFrom(result(), { ...FACTS, ...change }))).toHaveLength(1)
  })
})

// --- internal ---

function problems(run: () => unknown): string[] {
  try {
    run()
    return []
  } catch (error) {
    if (!(error instanceof AssayError)) throw error
    return error.problems.map(problem => problem.what)
  }
}
