/**
 * What the `externalId` of a check says: `<run>.<attempt>/<model>`, and a `+` after it where more checks of that run follow. A run
 * that was stopped between them shows so by the last one that it wrote.
 */

export function orderOfCheck(externalId: string): string {
  return externalId.split('/')[0]!
}

export function withMore(externalId: string): string {
  return `${externalId}${MORE}`
}

/** Whether all of its run has been written. */
export function isLastOfRun(externalId: string): boolean {
  return !externalId.endsWith(MORE)
}

// --- internal ---

/** No name of a model holds it. */
const MORE = '+'
