import { expect, test } from 'vitest'
import { parseOutputs, resultText } from '../../demo/run-action.ts'

test('outputs are read as @actions/core writes them: blocks, single lines, values with breaks and equal signs', () => {
  const text =
    'verdict<<ghadelimiter_1\npass\nghadelimiter_1\nnote<<ghadelimiter_2\na=b\n\nc<<d\nghadelimiter_2\nplain=x=y\n'

  expect(parseOutputs(text)).toEqual({ verdict: 'pass', note: 'a=b\n\nc<<d', plain: 'x=y' })
})

test('a block without its end takes the rest', () => {
  expect(parseOutputs('verdict<<end\npass\nmore')).toEqual({ verdict: 'pass\nmore' })
})

test('what a command said is all of its log but workflow commands, from the first line that matches', () => {
  const log = '::group::Train\nepoch 1\n::endgroup::\nRelease churn 1\n  merged\n::error::late\n'

  expect(resultText(log, /^Release /)).toBe('Release churn 1\n  merged')
  expect(resultText(log)).toBe('epoch 1\nRelease churn 1\n  merged')
})
