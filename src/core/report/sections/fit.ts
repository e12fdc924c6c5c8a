import type { Detail } from './details.ts'

/** Details that fit, each with its text, and the titles of those that were cut or left out. */
export interface Fitted {
  kept: { title: string; body: string }[]
  shortened: string[]
  omitted: string[]
}

/**
 * Gives each detail its share of `room` characters. Whole where all fit; else from the most important on, where a long
 * one takes at most half of what is left, so that one of 3,000 rows does not push out all others.
 * `frame` is what stands around a body of that title.
 */
export function fitDetails(details: Detail[], room: number, frame: (title: string) => number): Fitted {
  const byRank = [...details].sort((a, b) => a.rank - b.rank)
  const whole = byRank.map(detail => detail.body(Infinity) ?? '')
  const total = whole.reduce((sum, body, index) => sum + body.length + frame(byRank[index]!.title), 0)
  const bodies = new Map<Detail, string>()
  let left = room
  byRank.forEach((detail, index) => {
    const space = left - frame(detail.title)
    const last = index === byRank.length - 1
    const share = total <= room || last ? space : Math.floor(space / 2)
    const body = whole[index]!.length <= share ? whole[index] : detail.body(share)
    if (body === undefined) return
    bodies.set(detail, body)
    left = space - body.length
  })
  const titles = (wanted: (detail: Detail) => boolean) => details.filter(wanted).map(detail => detail.title)
  return {
    kept: details.flatMap(detail =>
      bodies.has(detail) ? [{ title: detail.title, body: bodies.get(detail)! }] : [],
    ),
    shortened: titles(detail => bodies.has(detail) && bodies.get(detail) !== whole[byRank.indexOf(detail)]),
    omitted: titles(detail => !bodies.has(detail)),
  }
}
