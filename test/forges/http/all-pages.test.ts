import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linkedPages, readAllPages } from '../../../src/forges/http/all-pages.ts'
import { cases } from '../../support/rounds.ts'

type Pages = { ids: number[]; link?: string }[]

/** Serves the pages, and refuses to go on for ever. */
async function readPages(pages: Pages) {
  let requests = 0
  const items = await readAllPages(
    'GET /list',
    (item: { id: number }) => item.id,
    async page => {
      if (++requests > 200) throw new Error('does not end')
      const { ids, link } = pages[Math.min(page, pages.length) - 1]!
      return { items: ids.map(id => ({ id })), ...linkedPages(link) }
    },
  )
  return items.map(item => item.id)
}

const next = (page: number) => `<https://host/list?per_page=2&page=${page}>; rel="next"`
const last = (page: number) => `<https://host/list?page=${page}&per_page=2>; rel="last"`

describe('a paged list', () => {
  it('is read to its end', async () => {
    const pages = [
      { ids: [1, 2], link: `${next(2)}, ${last(3)}` },
      { ids: [3, 4], link: `<https://host/list?page=1>; rel="prev", ${next(3)}, ${last(3)}` },
      { ids: [5] },
    ]

    expect(await readPages(pages)).toEqual([1, 2, 3, 4, 5])
  })

  it('may be empty', async () => {
    expect(await readPages([{ ids: [] }])).toEqual([])
  })

  it.each<[string, Pages]>([
    [
      'goes back to its first page',
      [
        { ids: [1], link: next(2) },
        { ids: [2], link: next(1) },
      ],
    ],
    ['says that a page follows itself', [{ ids: [1], link: next(1) }]],
    [
      'gives the same page again',
      [
        { ids: [1], link: next(2) },
        { ids: [1], link: next(3) },
      ],
    ],
    ['skips a page', [{ ids: [1], link: next(3) }, { ids: [2] }, { ids: [3] }]],
    ['has an empty page', [{ ids: [1], link: next(2) }, { ids: [] }]],
    ['ends before its last page', [{ ids: [1], link: `${next(2)}, ${last(3)}` }, { ids: [2] }, { ids: [3] }]],
    ['links to a page without a number', [{ ids: [1], link: '<https://host/list?after=abc>; rel="next"' }]],
    ['has more pages than anybody could read', [{ ids: [1], link: `${next(2)}, ${last(999999999)}` }]],
  ])('FF-014: is an error when it %s', async (_, pages) => {
    await expect(readPages(pages)).rejects.toMatchObject({
      code: 'FORGE_BAD_ANSWER',
      problems: [{ what: expect.stringContaining('the list is not complete') }],
    })
  })

  it('FF-014: ends for every link header, with everything or with an error', async () => {
    const page = fc.record({
      ids: fc.array(fc.nat(20), { maxLength: 3 }),
      link: fc.option(fc.oneof(fc.string(), fc.integer({ min: -1, max: 5 }).map(next)), { nil: undefined }),
    })

    await fc.assert(
      fc.asyncProperty(fc.array(page, { minLength: 1, maxLength: 5 }), async pages => {
        const outcome = await readPages(pages).catch((error: { code?: string }) => error.code)

        if (Array.isArray(outcome)) expect(new Set(outcome).size).toBe(outcome.length)
        else expect(outcome).toBe('FORGE_BAD_ANSWER')
      }),
      cases(500),
    )
  })
})
