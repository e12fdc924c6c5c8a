import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderPromotionBody, titleBeside } from '../../../src/core/promotion/text/body.ts'
import { PLAIN_DIALECT } from '../../../src/core/report/words/dialect.ts'
import { othersLength, ownMarker, ownPart, withOwnPart } from '../../../src/core/text/own-part.ts'
import { promotion } from '../../support/promotions.ts'
import { release } from '../../support/releases.ts'
import { cases } from '../../support/rounds.ts'

const bodyOf = (number: number) =>
  renderPromotionBody(promotion({ to: release(number) }), { ...PLAIN_DIALECT, maxBody: 20_000 })
const OURS = [1, 2, 3].map(number => ownPart(bodyOf(number)))
const [ONE, TWO] = OURS as [string, string, string]
const [BEGIN] = ONE.split('\n') as [string]
const END = ONE.trimEnd().split('\n').at(-1)!
const isMark = (line: string) => /^<!-- assay:(promotion|end) [^<>]*-->\s*$/.test(line)
const CHECKLIST = '- [ ] asked the risk team\n- [x] told support'
const RUNS = cases(300)

describe('a text that people write in too', () => {
  it('keeps what they write above and below, release after release', () => {
    const written = `Please look at the slices.\n\n${ONE}\n${CHECKLIST}\n`

    const next = withOwnPart(written, TWO)

    expect(next).toBe(`Please look at the slices.\n\n${TWO}\n${CHECKLIST}\n`)
    expect(withOwnPart(next, TWO)).toBe(next)
    expect(ownMarker(next)).toBe(TWO.split('\n')[0])
  })

  it('takes a text of an older version for ours from its marker to its last line', () => {
    const old = `Hello.\n${bodyOf(1)}\n${CHECKLIST}\n`

    expect(withOwnPart(old, TWO)).toBe(`Hello.\n${TWO}\n${CHECKLIST}\n`)
  })

  it('moves a checklist that stands in ours below it, and loses nothing where our last line is gone', () => {
    const inside = (text: string) => text.replace('\n- **Commit**', `\n${CHECKLIST}\n- **Commit**`)

    expect(withOwnPart(inside(bodyOf(1)), TWO)).toBe(`${TWO}\n${CHECKLIST}\n`)
    expect(withOwnPart(inside(ONE), TWO)).toBe(`${TWO}\n${CHECKLIST}\n`)
    expect(withOwnPart(`${BEGIN}\nmine\nand mine\n`, TWO)).toBe(`${TWO}mine\nand mine\n`)
  })

  it('knows its own after a forge has changed line ends and white space at the ends of lines', () => {
    const changed = `mine\r\n${ONE.replaceAll('\n', '  \r\n')}theirs\r\n`

    expect(withOwnPart(changed, TWO)).toBe(`mine\r\n${TWO}theirs\r\n`)
  })

  it('comes first where people deleted ours, and stands alone where there is nothing', () => {
    expect(withOwnPart('mine\n', TWO)).toBe(`${TWO}\nmine\n`)
    expect(withOwnPart(undefined, TWO)).toBe(TWO)
    expect(withOwnPart(' \n', TWO)).toBe(TWO)
  })

  it('is not led astray by copies of its part or of its first and last line', () => {
    expect(withOwnPart(`${ONE}mine\n${ONE}theirs\n`, TWO)).toBe(`${TWO}mine\ntheirs\n`)
    expect(withOwnPart(`${BEGIN}\nmine\n${ONE}theirs\n${END}\n`, TWO)).toBe(`mine\n${TWO}theirs\n`)
    expect(withOwnPart(`${BEGIN}\nmine\n${END}\n${ONE}theirs\n`, TWO)).toBe(`mine\n${TWO}theirs\n`)
  })

  it('whatever people write, and however often: theirs is kept, ours is there once', () => {
    fc.assert(
      fc.property(
        theirs(),
        theirs(),
        fc.array(fc.tuple(fc.nat(2), edit()), { maxLength: 8 }),
        (above, below, steps) => {
          const own = (text: string) => text.split('\n').filter(line => line.trim() !== '' && !isMark(line))
          const wanted = [...own(above), ...own(below)]
          let body = `${above}\n${ONE}${below}`
          for (const [number, { line, at }] of steps) {
            body = withOwnPart(body, OURS[number]!)
            const lines = body.split('\n')
            const marks = lines.filter(isMark)
            expect(marks).toEqual(OURS[number]!.split('\n').filter(isMark))
            expect(body.split(OURS[number]!.trimEnd())).toHaveLength(2)
            expect(withOwnPart(body, OURS[number]!)).toBe(body)
            const rest = own(body.replace(OURS[number]!.trimEnd(), ''))
            expect(rest.filter(one => wanted.includes(one))).toHaveLength(wanted.length)
            // Then somebody writes another line, above or below.
            body = at ? `${line}\n${body}` : `${body}\n${line}`
            wanted.push(...own(line))
          }
        },
      ),
      RUNS,
    )
  })

  it('leaves as much room for ours as theirs takes', () => {
    fc.assert(
      fc.property(theirs(), theirs(), (above, below) => {
        const there = `${above}\n${ONE}${below}`
        const text = TWO.split('\n').slice(0, -2).join('\n')

        expect(withOwnPart(there, TWO).length).toBeLessThanOrEqual(text.length + othersLength(there))
      }),
      RUNS,
    )
  })
})

describe('a title that people have changed', () => {
  const own = 'Promote churn 3 to production'

  it.each([
    ['their words around ours stay', 'Draft: Promote churn 2 to production (urgent)', false, 'Draft: Promote churn 3 to production (urgent)'],
    ['a rollback of before is replaced too', '!! Roll back churn in production to 1.2', false, '!! Promote churn 3 to production'],
    ['their own stays with the release', 'Ship it', true, 'Ship it'],
    ['their own goes with another release: it may name the old one', 'Ship 2', false, own],
  ])('%s', (_, there, isSame, wanted) => {
    expect(titleBeside(there, own, isSame)).toBe(wanted)
  }) // biome-ignore format: one table
})

// --- internal ---

/** Lines of people; some look like ours. */
function theirs(): fc.Arbitrary<string> {
  const line = fc.oneof(
    { weight: 6, arbitrary: words() },
    fc.constantFrom('', BEGIN, END, '```', '<details>', '> quoted', '- [ ] task', `> ${BEGIN}`),
  )
  return fc.array(line, { maxLength: 8 }).map(lines => lines.join('\n'))
}

function edit() {
  return fc.record({ line: fc.oneof(words(), fc.constantFrom(BEGIN, END, '- [ ] more')), at: fc.boolean() })
}

/** No line of ours is among them. */
function words(): fc.Arbitrary<string> {
  return fc.string({ maxLength: 12 }).map(text => `person: ${text.replace(/\s/g, ' ')}`)
}
