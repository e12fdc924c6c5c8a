import { describe, expect, test } from 'vitest'
import { predictionsBuilder } from '../../../../src/core/inputs/predictions/columns.ts'
import { pairPredictions } from '../../../../src/core/inputs/predictions/pair.ts'
import { config, fromCsv, fromParquet, parquetOf, problemsOf } from './read.ts'

const THREE = [
  'id,label,p_cat,p_dog,p_eel',
  'a,cat,0.7,0.2,0.1',
  'b,dog,0.3,0.4,0.3',
  'c,eel,0.4,0.2,0.4',
  'd,cat,0.1,0.6,0.3',
].join('\n')

describe('columns of probabilities', () => {
  test('by a pattern: a column a class, and the likeliest class is the answer, the first of several alike', () => {
    const read = fromCsv(THREE, { probabilities: 'p_*' })

    expect(read).toMatchObject({ task: 'multiclass', classes: ['cat', 'dog', 'eel'] })
    expect([...read.prediction]).toEqual([0, 1, 0, 1])
    expect(read.probabilities!.map(column => [...column])).toEqual([
      [0.7, 0.3, 0.4, 0.1],
      [0.2, 0.4, 0.2, 0.6],
      [0.1, 0.3, 0.4, 0.3],
    ])
  })

  test('by class, in whatever order, and with a column of answers that says otherwise', async () => {
    const columns = [
      { name: 'id', data: ['a', 'b', 'c'] },
      { name: 'label', data: ['10', '9', '2'] },
      { name: 'said', data: ['2', '9', '2'] },
      { name: 'x', data: [0.2, 0.3, 0.1] },
      { name: 'y', data: [0.5, 0.3, 0.2] },
      { name: 'z', data: [0.3, 0.4, 0.7] },
    ]
    const read = await fromParquet(parquetOf(columns), {
      prediction: 'said',
      probabilities: { '10': 'x', '2': 'y', '9': 'z' },
    })

    expect(read.classes).toEqual(['2', '9', '10'])
    expect([...read.label]).toEqual([2, 1, 0])
    expect([...read.prediction]).toEqual([0, 1, 0])
    expect(read.probabilities!.map(column => column[0])).toEqual([0.5, 0.3, 0.2])
  })

  test('two columns are a binary classifier, whose score is that of the positive class', () => {
    const text = 'id,label,proba_0,proba_1,pred\na,True,0.2,0.8,True\nb,False,0.9,0.1,False\n'
    const read = fromCsv(text, { probabilities: 'proba_*' })

    expect(read).toMatchObject({ task: 'binary', score: Float64Array.of(0.8, 0.1) })
    expect(read).toEqual(fromCsv(text, { score: 'proba_1' }))
    const named = 'id,label,p_cat,p_dog\na,cat,0.2,0.8\nb,dog,0.9,0.1\n'
    expect([...fromCsv(named, { probabilities: 'p_*', positive: 'cat' }).score!]).toEqual([0.2, 0.9])
  })

  test('a column of another role is not taken for a class', () => {
    const text = THREE.replaceAll('label', 'p_true')

    expect(fromCsv(text, { probabilities: 'p_*', label: 'p_true' }).classes).toEqual(['cat', 'dog', 'eel'])
  })

  test.each([
    ['p_*', THREE.replace('0.7,0.2', '7,0.2'), 'p.csv: row 1: the probability of a class is 7'],
    [
      'p_*',
      THREE.replace('0.1,0.6', '0.1,0.1'),
      'p.csv: row 4: the probabilities of its 3 classes add up to 0.5, not to 1',
    ],
    [
      'p_*',
      THREE.replace('c,eel', 'c,fox'),
      'p.csv: no column holds the probability of the class "fox", which rows are labelled with',
    ],
    ['q_*', THREE, 'p.csv: no column is like `q_*` (`predictions.probabilities`)'],
    ['p_c*', THREE, 'p.csv: only one column is like `p_c*` (`predictions.probabilities`)'],
    [
      { cat: 'p_cat', dog: 'p_dgo', eel: 'p_eel' },
      THREE,
      'p.csv: there is no column `p_dgo` (`predictions.probabilities`)',
    ],
    [
      'p_*',
      'id,label,p_cat,p_dog\na,cat,0.2,0.8\n',
      'p.csv: which of the columns `p_cat`, `p_dog` is that of the positive class is not known',
    ],
    [
      'p_*',
      'id,label,p_1,p_1.0,p_2\na,1,0.2,0.8,0\n',
      'p.csv: two columns hold the probabilities of the class "1"',
    ],
  ])('%j of what cannot be: says what', async (probabilities, text, problem) => {
    const [first] = await problemsOf(() => fromCsv(text, { probabilities }))

    expect(first).toBe(problem)
  })

  test('a cell that is no number is told with its row and column', async () => {
    const [first] = await problemsOf(() =>
      fromCsv(THREE.replace('0.3,0.4,0.3', '0.3,?,0.3'), { probabilities: 'p_*' }),
    )

    expect(first).toBe('p.csv: row 2: `p_dog` is not a finite number: "?"')
  })
})

describe('two versions', () => {
  test('are joined row by row and class by class; a class that one never knew has no chance', () => {
    const ours = fromCsv(THREE, { probabilities: 'p_*' })
    const theirs = fromCsv(
      [
        'id,label,p_eel,p_dog,p_ant,p_cat',
        'd,cat,0.1,0.2,0.3,0.4',
        'c,eel,0.2,0.2,0.2,0.4',
        'b,dog,0.3,0.1,0.3,0.3',
        'a,cat,0,0,0,1',
      ].join('\n'),
      { probabilities: 'p_*' },
    )
    const pair = pairPredictions(ours, theirs)

    expect(pair).toMatchObject({ classes: ['ant', 'cat', 'dog', 'eel'], label: Float64Array.of(1, 2, 3, 1) })
    if ('notComparable' in pair) throw new Error(pair.notComparable)
    expect(pair.candidate.probabilities!.map(column => [...column])).toEqual([
      [0, 0, 0, 0],
      ...ours.probabilities!.map(column => [...column]),
    ])
    expect(pair.baseline.probabilities!.map(column => [...column])).toEqual([
      [0, 0.3, 0.2, 0.3],
      [1, 0.3, 0.4, 0.4],
      [0, 0.1, 0.2, 0.2],
      [0, 0.3, 0.2, 0.1],
    ])
  })
})

describe('many classes', () => {
  const text = (classes: number) =>
    `id,label,prediction\n${Array.from({ length: classes }, (_, row) => `r${row},c${row},c${row}`).join('\n')}\n`

  test('more than a hundred only where somebody said that they are classes', async () => {
    expect(fromCsv(text(100)).classes).toHaveLength(100)
    expect(fromCsv(text(1000), { task: 'multiclass' }).classes).toHaveLength(1000)
    const [first] = await problemsOf(() => fromCsv(text(101)))
    expect(first).toBe(
      'p.csv: row 101: `label` is the 101st class; there may be 100. For numbers set `task: regression`, for up to 1,000 classes `task: multiclass`',
    )
    const [second] = await problemsOf(() => fromCsv(text(1001), { task: 'multiclass' }))
    expect(second).toContain('row 1001: `label` is the 1,001st class; there may be 1,000.')
  })

  test('of so many columns no more rows are taken than memory holds', async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `p_${index}`)
    const options = config({ probabilities: 'p_*' })

    expect(predictionsBuilder(options, ['id', 'label', ...names], 'p.csv').mostRows).toBe(50_000)
    expect(predictionsBuilder(config(), ['id', 'label', 'prediction'], 'p.csv').mostRows).toBe(20_000_000)
  })
})
