import { expect, it } from 'vitest'
import { confusionOf } from '../../../../src/core/verdict/weigh/confusion.ts'
import { sideFrom } from '../../metrics/samples.ts'

it('counts actual by predicted', () => {
  const candidate = sideFrom('binary', [0, 0, 1, 1, 1], { prediction: [0, 1, 1, 1, 0] })
  const champion = sideFrom('binary', [0, 0, 1, 1, 1], { prediction: [0, 0, 0, 1, 0] })

  expect(confusionOf(candidate, champion)).toEqual({
    classes: ['0', '1'],
    candidate: [
      [1, 1],
      [1, 2],
    ],
    champion: [
      [2, 0],
      [2, 1],
    ],
  })
})

it('lays two versions side by side by the names of their classes, not by their numbers', () => {
  const candidate = { ...sideFrom('multiclass', [0, 1], { prediction: [0, 0] }), classes: ['cat', 'dog'] }
  const champion = {
    ...sideFrom('multiclass', [1, 0], { prediction: [1, 2] }),
    classes: ['dog', 'cat', 'fox'],
  }

  const confusion = confusionOf(candidate, champion)!

  expect(confusion.classes).toEqual(['cat', 'dog', 'fox'])
  expect(confusion.candidate[1]).toEqual([1, 0, 0])
  expect(confusion.champion![1]).toEqual([0, 0, 1])
})

it('keeps the 20 most frequent of many classes and puts the rest together', () => {
  const classes = Array.from({ length: 25 }, (_, index) => `class ${index}`)
  // Class 24 three times, the others once: it stays although it comes last.
  const label = [...classes.keys(), 24, 24]
  const side = { ...sideFrom('multiclass', label, { prediction: label }), classes }

  const confusion = confusionOf(side)!

  expect(confusion.classes).toHaveLength(21)
  expect(confusion.classes.slice(19)).toEqual(['class 24', 'other'])
  expect(confusion.candidate[19]![19]).toBe(3)
  expect(confusion.candidate[20]![20]).toBe(5)
  expect(confusion.candidate.flat().reduce((sum, count) => sum + count, 0)).toBe(27)
})

it('does not exist for numbers', () => {
  expect(confusionOf(sideFrom('regression', [1.5], { prediction: [1] }))).toBeUndefined()
})
