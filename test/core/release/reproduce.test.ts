import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { installSteps } from '../../../src/core/release/lockfiles.ts'
import { compareWithRecord, reproduceSteps } from '../../../src/core/release/reproduce.ts'
import { resultOf } from '../../../src/core/release/result-of.ts'
import { releaseOf } from '../../support/releases.ts'
import { CHAMPION_COMMIT, metric, result } from '../../support/results.ts'

describe('reproducing a release', () => {
  it('is a clone, the commit, its packages, its data, training and evaluation', () => {
    const steps = reproduceSteps(releaseOf())

    expect(steps.filter(step => !step.startsWith('#'))).toEqual([
      "git clone 'https://forge.example/acme/late-flights' late-flights-b491386",
      'cd late-flights-b491386',
      'git checkout --detach b491386fdba107330fe1d110ee3f84d84394fbbe',
      ...installSteps().filter(step => !step.startsWith('#')),
      // What a stage makes is in no remote.
      'dvc pull --allow-missing',
      'assay train --model late-flights',
      'assay evaluate --model late-flights',
    ])
    expect(reproduceSteps(releaseOf({}, { data: ['params.yaml sha256 1a2b3c4d5e6f'] })).join()).not.toContain(
      'dvc pull',
    )
  })

  it.each([
    [['requirements.txt', 'uv.lock'], /^uv sync --locked --no-progress in .*it's-packages\n/],
    [['requirements.txt'], /^python3 -m venv .*it's-packages in \n/],
    [[], /^$/],
  ])('installs as --run does: %j', (files, words) => {
    const folder = join(mkdtempSync(join(tmpdir(), 'steps-')), "it's")
    const bin = `${folder}-bin`
    for (const place of [folder, bin]) mkdirSync(place)
    for (const file of files) writeFileSync(join(folder, file), '')
    for (const tool of ['uv', 'python3'])
      writeFileSync(join(bin, tool), `#!/bin/sh\necho "${tool} $* in $UV_PROJECT_ENVIRONMENT"\n`, {
        mode: 0o755,
      })
    const script = [...installSteps(), 'echo "$PATH" >&2'].join('\n')
    const { stdout, stderr } = spawnSync('sh', ['-c', script], {
      cwd: folder,
      env: { PATH: `${bin}:/usr/bin:/bin` },
      encoding: 'utf8',
    })

    expect(stdout).toMatch(words)
    expect(stderr).toContain(`${folder}-packages/bin:${bin}:`)
    rmSync(dirname(folder), { recursive: true })
  })

  it('leaves a shell nothing to run in an address', () => {
    const [clone] = reproduceSteps(releaseOf({}, { repository: 'https://forge.example/a;b&c' }))

    expect(clone).toBe("git clone 'https://forge.example/a;b&c' late-flights-b491386")
  })

  it('gives the same where nothing changed', () => {
    const { metrics, warnings } = compareWithRecord(releaseOf(), result())

    expect(warnings).toEqual([])
    expect([...new Set(metrics.map(row => row.agreement))]).toEqual(['same'])
    expect(metrics[0]?.metric).toBe('roc_auc')
  })

  it('tells what lies within its interval, what differs and what is missing', () => {
    const record = releaseOf(
      {},
      { metrics: { a: { value: 0.8, interval: [0.7, 0.9] }, b: { value: 0.5 }, c: { value: 1 } } },
    )
    const again = result({ metrics: [metric('a', [0, 0.85]), metric('b', [0, 0.51])] })

    expect(
      compareWithRecord(record, again).metrics.map(({ metric, agreement }) => [metric, agreement]),
    ).toEqual([
      ['a', 'within'],
      ['b', 'differs'],
      ['c', 'missing'],
    ])
  })

  it('says why it may differ', () => {
    const again = result({ candidate: { source: 'this commit', commit: CHAMPION_COMMIT, data: ['other'] } })

    expect(compareWithRecord(releaseOf(), again).warnings).toEqual([
      'the commit is not that of the release',
      'the test set of the release is recorded, that of this result is not known',
      'the data is not that of the release: dvc.lock:data/flights.csv',
    ])
  })
})

describe('the result that a record keeps', () => {
  it('has the numbers of the one it was made from', () => {
    const [kept, whole] = [resultOf(releaseOf()), result()]

    for (const row of whole.metrics.filter(one => one.gated)) {
      const same = kept.metrics.find(one => one.metric === row.metric)
      expect(same?.candidate?.value).toBe(row.candidate?.value)
      expect(same?.champion?.value).toBe(row.champion?.value)
      expect(same?.differences.champion?.interval).toEqual(row.differences.champion?.interval)
      expect(same?.judgement).toBe(row.judgement)
    }
    expect(kept.champion?.commit).toBe(CHAMPION_COMMIT)
  })
})
