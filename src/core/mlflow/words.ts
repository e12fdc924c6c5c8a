/** Something that was not done, and why, as a person may read both. */
export interface NotDone {
  what: string
  why: string
}

/** One sentence for each cause, so that a server that is down is told once. */
export function notDoneWords(list: readonly NotDone[]): string[] {
  return [...Map.groupBy(list, ({ why }) => why)].map(
    ([why, same]) => `${[...new Set(same.map(({ what }) => what))].join(', ')}: ${why.replace(/\.$/, '')}.`,
  )
}
