import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderCommentText } from '../../demo/comment-text.ts'

test('a table is drawn in columns, numbers to the right', () => {
  const markdown = '| metric | candidate |\n|:--|--:|\n| roc_auc | **0.64** |\n| f1 | `0.3` |'

  expect(renderCommentText(markdown)).toBe('metric    candidate\nroc_auc        0.64\nf1              0.3')
})

test('a bar inside a cell does not end the cell', () => {
  const markdown = '| slice | n |\n|---|--:|\n| a \\| b | 7 |'

  expect(renderCommentText(markdown)).toBe('slice   n\na | b   7')
})

test('folded parts become one line each, also nested ones', () => {
  const markdown =
    'before\n\n<details><summary>All <b>numbers</b></summary>\n\nx\n\n<details>\n<summary>deep</summary>y</details>\n</details>\n\nafter'

  expect(renderCommentText(markdown)).toBe('before\n\n▸ All numbers\n\nafter')
})

test('unfolded, they keep what is in them', () => {
  const markdown =
    '<details open>\n<summary>What changes</summary>\n\n```diff\n-a\n+b\n```\n\n</details>\n\nafter'

  expect(renderCommentText(markdown, { unfolded: true })).toBe('▾ What changes\n\n    -a\n    +b\n\nafter')
})

test('markers, headings, links, alerts and escapes leave only their words', () => {
  const markdown =
    '<!-- marker -->\n## Assay: [pass](https://example.com)\n\n> [!WARNING]\n> 5 rows &lt; 50\\_000\n\n<sub>run 7</sub>'

  expect(renderCommentText(markdown)).toBe('Assay: pass\n\nWARNING:\n  5 rows < 50_000\n\nrun 7')
})

test('code is kept as it is, set in, without its fence', () => {
  const markdown = 'Run:\n\n```sh\nassay run --model `a` | tee \\_x\n```'

  expect(renderCommentText(markdown)).toBe('Run:\n\n    assay run --model `a` | tee \\_x')
})

test('any text ends, and no HTML comment is left', () => {
  const part = fc.constantFrom(
    '<details>',
    '</details>',
    '<summary>',
    '</summary>',
    '<!--',
    '-->',
    '|',
    '\n',
    'a',
    '> ',
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), parts => {
      expect(renderCommentText(parts.join(''))).not.toMatch(/<!--[\s\S]*?-->/)
    }),
  )
})
