import { describe, expect, it } from 'vitest'
import { evaluation, numbers, weighed } from './weigh-inputs.ts'

const GATE = { metric: 'lift', not_worse_than: 'champion', margin: 0.2 }
const MODEL = {
  directions: { lift: 'higher' },
  gates: [GATE, { metric: 'lift', at_least: 1.5 }],
  renamed: { lift: 'top' },
}
const OWN = { aggregates: new Map([['top', { stderr: 0.01 }]]) }
const OLD = { aggregates: new Map([['lift', { stderr: 0.01 }]]) }

describe('a metric that is called something else now', () => {
  it.each([
    ['the champion has the old name', 1.9, 'pass'],
    ['and is better', 2.9, 'fail'],
  ])('is judged by its gates all the same: %s', (_, lift, verdict) => {
    const result = weighed(MODEL, {
      candidate: numbers('candidate', { top: 1.9 }, OWN),
      champion: numbers('champion', { lift }, OLD),
    })

    expect(result.gates[0]).toMatchObject({ metric: 'top', verdict })
    expect(result.metrics).toMatchObject([
      { metric: 'top', direction: 'higher', candidate: { value: 1.9 }, champion: { value: lift } },
    ])
    expect(result.warnings).toEqual([])
  })

  it.each([
    ['the old name', { lfit: 'top' }, { lift: 1.9 }, '`lfit`, and no version has a metric of that name, and the champion has none of its names: did you mean `lift`.'],
    ['the new name', { lift: 'topp' }, { lift: 1.9 }, '`topp`, and no version has a metric of that name, and the candidate has none of its names: did you mean `top`.'],
    ['the old name, when all have the new one', { lfit: 'top' }, { top: 1.9 }, undefined],
    ['no name, of a chain of them', { first: 'lift', lift: 'second', second: 'top' }, { lift: 1.9 }, undefined],
  ])('is told where %s is mistyped', (_, renamed, champion, told) => {
    const { warnings } = weighed(
      { directions: {}, gates: [], renamed },
      { candidate: numbers('candidate', { top: 1.9 }), champion: numbers('champion', champion) },
    )

    const said = warnings.filter(warning => warning.includes('`renamed` names'))
    expect(said).toEqual(told === undefined ? [] : [`\`renamed\` names ${told}`])
  }) // biome-ignore format: a case a line

  it('is judged by a gate of the new name, whichever name a version has', () => {
    const gates = [{ ...GATE, metric: 'top' }]
    const sides = {
      top: numbers('champion', { top: 1.9 }, OWN),
      lift: numbers('champion', { lift: 1.9 }, OLD),
    }

    for (const champion of Object.values(sides))
      for (const candidate of Object.values(sides))
        expect(
          weighed(
            { ...MODEL, directions: { top: 'higher' }, gates },
            { candidate: { ...candidate, side: 'candidate' }, champion },
          ).verdict,
        ).toBe('pass')
  })

  it('is asked for where only one side has it by the name of the gate', () => {
    const sides = {
      candidate: numbers('candidate', { top: 1.9 }),
      champion: numbers('champion', { lift: 1.9 }),
    }

    expect(weighed({ ...MODEL, renamed: {} }, sides).warnings).toEqual([
      expect.stringMatching(/^The champion has lift and the candidate has not: .*#renaming-a-metric/),
    ])
    expect(
      weighed({ ...MODEL, renamed: {} }, { ...sides, champion: numbers('champion', {}) }).warnings,
    ).toEqual([])
  })

  const WAIVER = { reason: 'the campaign has no control', author: 'kim', until: '2026-12-31' }
  it.each([
    [
      'are waived',
      [{ metric: 'gain', at_least: 0.2 }],
      [{ ...WAIVER, metric: 'gain' }],
      { gain: 'higher' },
      {},
    ],
    ['are waived, by a name between', [], [{ ...WAIVER, metric: 'gain' }], {}, { lift: 'x', x: 'gain' }],
    ['have a gate', [{ metric: 'gain', at_least: 0.2 }], [], {}, {}],
    ['improve in the other direction', [], [], { gain: 'lower' }, {}],
  ])('is no other metric of rules that %s: no gate is dodged', (_, gates, waivers, directions, renamed) => {
    const model = {
      directions: { lift: 'higher', ...directions },
      gates: [{ metric: 'lift', at_least: 0.9 }, GATE, ...gates],
      waivers,
      renamed: { lift: 'gain', ...renamed },
    }

    const result = weighed(model, {
      candidate: numbers('candidate', { gain: 0.5 }),
      champion: numbers('champion', { lift: 1.9 }, OLD),
    })

    expect(result.gates[0]).toMatchObject({ metric: expect.not.stringMatching('gain'), verdict: 'fail' })
    expect(result.gates[0]!.waived).toBeUndefined()
    expect(result.blocks).toBe(true)
    expect(result.warnings.join()).toMatch(/The rules have both `\w+` and `gain`, so they are two metrics/)
  })

  it('takes its waiver along', () => {
    const waiver = {
      metric: 'lift',
      gate: 'lift at least 1.5',
      reason: 'a long reason',
      author: 'kim',
      until: '2026-12-31',
    }
    const result = weighed({ ...MODEL, waivers: [waiver] }, { candidate: numbers('candidate', { top: 1 }) })

    expect(result.gates[1]).toMatchObject({ metric: 'top', verdict: 'fail', waived: { author: 'kim' } })
  })

  it.each([
    ['the champion', numbers('candidate', { top: 9 }, OWN), numbers('champion', { lift: 1, top: 9 })],
    ['the candidate', numbers('candidate', { lift: 1, top: 9 }), numbers('champion', { lift: 1.9 }, OLD)],
    [
      'the candidate, which says that it has no value',
      numbers('candidate', { top: 9 }, { noValue: new Map([['lift', 'null at 1:1']]) }),
      numbers('champion', { lift: 1.9 }, OLD),
    ],
  ])('is no other metric that %s has too: no gate is dodged', (_, candidate, champion) => {
    const result = weighed(MODEL, { candidate, champion })

    expect(result.gates.map(({ metric, verdict }) => [metric, verdict])).toEqual([
      ['lift', champion.metrics.has('top') || candidate.noValue ? 'fail' : expect.not.stringMatching('pass')],
      ['lift', 'fail'],
    ])
    expect(result.warnings.join()).toMatch(/has both `lift` and `top`, so they are two metrics/)
  })

  it('is none that the rows give', () => {
    const rows = Array.from({ length: 40 }, (_, at) => ({ label: (at % 2) as 0 | 1, score: 0.2 }))
    const result = weighed(
      { gates: [{ metric: 'accuracy', at_least: 0.9 }], renamed: { accuracy: 'mine' } },
      { candidate: evaluation('candidate', rows, { metrics: new Map([['mine', 1]]) }) },
    )

    expect(result.gates[0]).toMatchObject({ metric: 'accuracy', verdict: 'fail' })
  })
})
