import { isPublicServer } from './addresses.ts'
import { isCalledLike } from './carrier.ts'

/** Images beside the address of a model: the model's own, which a release brings with it, or a server's, which stays. */

/** A value that a release could change. */
export interface Placed {
  value: string
  says: string
  /** What its image is called; undefined: nothing says so. */
  name?: string
}

/**
 * Beside an address, the image of a server that everybody has stays, and so does one that is called like no model. Where nothing says what
 * the model is called, its image does.
 *
 * @param namesOf what the model is called, as far as what stands around a value says it
 * @returns also the images that stay, for people: only they know whether these are a server's
 */
export function apartFromServers<P extends Placed>(
  all: readonly P[],
  namesOf: (one: P) => readonly string[],
): { found: P[]; left: string[] } {
  if (!all.some(one => one.value.includes('{uri}'))) return { found: [...all], left: [] }
  const isServer = (one: P) => {
    if (!one.value.startsWith('{image') || one.name === undefined) return false
    const names = namesOf(one)
    return (
      isPublicServer(one.says) || (names.length > 0 && !names.some(model => isCalledLike(one.name!, model)))
    )
  }
  return {
    found: all.filter(one => !isServer(one)),
    left: all.filter(isServer).map(({ says }) => says),
  }
}
