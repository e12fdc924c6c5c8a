import { type Fields, fields, list } from './manifest.ts'
import { RELEASE_HEADER } from './pinned.ts'

/** What a rule of an HTTPRoute says of one of its backends. */

/** A reference to a backend as the champion's own, with what says of which release the answer is, and with a cookie. */
export function referenceTo(
  backend: string,
  champion: Fields,
  version: string,
  { weight, cookie }: { weight?: number; cookie?: string },
): object {
  const { name: _, weight: __, filters, ...rest } = champion
  const own = list(filters).map(fields)
  const { set, add, ...more } = fields(modifierOf(champion)?.responseHeaderModifier)
  const modifier = {
    type: MODIFIER,
    responseHeaderModifier: {
      ...more,
      ...((cookie ?? add) !== undefined && {
        add: [...list(add), ...(cookie === undefined ? [] : [{ name: 'set-cookie', value: cookie }])],
      }),
      set: [
        ...list(set).filter(header => fields(header).name !== RELEASE_HEADER),
        { name: RELEASE_HEADER, value: version },
      ],
    },
  }
  return {
    name: backend,
    ...rest,
    ...(weight !== undefined && { weight }),
    filters: [...own.filter(({ type }) => type !== MODIFIER), modifier],
  }
}

/** Whether all answers of a backend say their release. */
export function setsRelease(reference: unknown): boolean {
  return list(fields(reference).filters).some(filter =>
    list(fields(fields(filter).responseHeaderModifier).set).some(
      header => fields(header).name === RELEASE_HEADER,
    ),
  )
}

/** Names of the headers that the answers of a backend get beside those that they have. */
export function addedHeaders(reference: Fields): unknown[] {
  const { add } = fields(modifierOf(reference)?.responseHeaderModifier)
  return list(add).map(header => fields(header).name)
}

// --- internal ---

const MODIFIER = 'ResponseHeaderModifier'

function modifierOf({ filters }: Fields): Fields | undefined {
  return list(filters)
    .map(fields)
    .find(({ type }) => type === MODIFIER)
}
