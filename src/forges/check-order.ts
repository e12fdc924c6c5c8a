/**
 * What the `externalId` of a check says: `<run>.<attempt>/<model>`, where it is of a pull request `@` and the mark of the branch by whose
 * rules it was judged, and a `+` at the end where more checks of that run follow. A run that was stopped between them shows so by the
 * last one that it wrote.
 */

export function orderOfCheck(externalId: string): string {
  return externalId.split('/')[0]!
}

/** The model, and the mark of the branch where there is one. */
export function subjectOfCheck(externalId: string): { model: string; mark?: string } {
  const [, model = '', mark] = /^[^/]*\/([^@+]*)(?:@([0-9a-f]+))?/.exec(externalId) ?? []
  return { model, ...(mark !== undefined && { mark }) }
}

export function withMark(externalId: string, mark: string | undefined): string {
  return mark === undefined ? externalId : `${externalId}${AT}${mark}`
}

export function withMore(externalId: string): string {
  return `${externalId}${MORE}`
}

/** Whether all of its run has been written. */
export function isLastOfRun(externalId: string): boolean {
  return !externalId.endsWith(MORE)
}

/** Whether both are of one run and one model, by whichever rules. */
export function isSameSubject(one: string, other: string): boolean {
  const name = (id: string) => `${orderOfCheck(id)}/${subjectOfCheck(id).model}`
  return name(one) === name(other)
}

// --- internal ---

/** No name of a model holds these. */
const AT = '@'
const MORE = '+'
