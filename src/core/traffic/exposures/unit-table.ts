/** Units by their hashes: since when each is known, and a byte of what is known of it. A place is good until the next change. */
export interface UnitTable {
  size(): number
  /** Its place; -1 where it is not there. */
  find(hash: number): number
  /** The place of a unit that is not there yet, with nothing known of it but its slice; -1 where there is no more room. */
  add(hash: number, since: number, slice: number): number
  since(place: number): number
  slice(place: number): number
  flags(place: number): number
  setFlags(place: number, flags: number): void
  /** Each unit that is known since before a time and has none of some flags, by its place. */
  each(which: { before: number; without: number }, of: (place: number) => void): void
  /** Forgets those of the next part whose flags say that they are over: to be called now and then. */
  forget(isOver: (flags: number) => boolean): void
}

/**
 * 13 bytes a place, of which 60 to 75 % are taken: a unit takes 17 to 22 bytes. They lie in 64 parts, each of which grows by itself,
 * so that none takes long to. Two units are taken for one as often as their hashes are the same.
 *
 * @param most units at once
 * @param isSliced a byte more for the slice of each
 */
export function unitTable(most: number, isSliced: boolean): UnitTable {
  const parts = Array.from({ length: PARTS }, () => partOf(SMALLEST, isSliced))
  let size = 0
  let swept = 0
  const at = (place: number) => parts[place >>> SLOT_BITS]!
  return {
    size: () => size,
    find(hash) {
      const index = indexOf(hash)
      const part = parts[index]!
      const slot = slotOf(part, hash)
      return part.hashes[slot] === hash ? placeOf(index, slot) : -1
    },
    add(hash, since, slice) {
      if (size >= most) return -1
      const index = indexOf(hash)
      let part = parts[index]!
      if (part.size + 1 > part.hashes.length * FULL) {
        part = copied(part, Math.ceil(part.hashes.length * GROWTH))
        parts[index] = part
      }
      size++
      return placeOf(index, put(part, hash, { since, flags: 0, slice }))
    },
    since: place => at(place).since[place & SLOT_MASK]!,
    slice: place => at(place).slices?.[place & SLOT_MASK] ?? 0,
    flags: place => at(place).flags[place & SLOT_MASK]!,
    setFlags(place, flags) {
      at(place).flags[place & SLOT_MASK] = flags
    },
    each({ before, without }, of) {
      for (const [index, { hashes, since, flags }] of parts.entries())
        for (let slot = 0; slot < flags.length; slot++)
          if ((flags[slot]! & without) === 0 && since[slot]! < before && hashes[slot] !== 0)
            of(placeOf(index, slot))
    },
    forget(isOver) {
      swept = (swept + 1) % PARTS
      const before = parts[swept]!
      let left = before.size
      for (let slot = 0; slot < before.hashes.length; slot++)
        if (before.hashes[slot] !== 0 && isOver(before.flags[slot]!)) left--
      if (left === before.size) return
      const slots = Math.max(SMALLEST, Math.ceil((left / FULL) * GROWTH))
      parts[swept] = copied(before, slots, flags => !isOver(flags))
      size -= before.size - left
    },
  }
}

// --- internal ---

/** Open addressing; 0 is a free place. */
interface Part {
  size: number
  hashes: Float64Array
  since: Uint32Array
  flags: Uint8Array
  slices: Uint8Array | undefined
}

const PARTS = 64
const SLOT_BITS = 24
const SLOT_MASK = 2 ** SLOT_BITS - 1
const SMALLEST = 16
const FULL = 0.75
const GROWTH = 1.25

function partOf(slots: number, isSliced: boolean): Part {
  return {
    size: 0,
    hashes: new Float64Array(slots),
    since: new Uint32Array(slots),
    flags: new Uint8Array(slots),
    slices: isSliced ? new Uint8Array(slots) : undefined,
  }
}

/** By the upper bits of its 53, and by the lower ones the place in the part. */
function indexOf(hash: number): number {
  return Math.floor(hash / 2 ** 47)
}

function placeOf(index: number, slot: number): number {
  return index * 2 ** SLOT_BITS + slot
}

/** Where it lies, or would lie. */
function slotOf({ hashes }: Part, hash: number): number {
  let slot = (hash >>> 0) % hashes.length
  while (hashes[slot] !== 0 && hashes[slot] !== hash) slot = slot + 1 === hashes.length ? 0 : slot + 1
  return slot
}

function put(
  part: Part,
  hash: number,
  { since, flags, slice }: { since: number; flags: number; slice: number },
): number {
  const slot = slotOf(part, hash)
  part.hashes[slot] = hash
  part.since[slot] = since
  part.flags[slot] = flags
  if (part.slices) part.slices[slot] = slice
  part.size++
  return slot
}

function copied(before: Part, slots: number, isKept: (flags: number) => boolean = () => true): Part {
  const next = partOf(slots, before.slices !== undefined)
  for (let slot = 0; slot < before.hashes.length; slot++) {
    const [hash, flags] = [before.hashes[slot]!, before.flags[slot]!]
    const slice = before.slices?.[slot] ?? 0
    if (hash !== 0 && isKept(flags)) put(next, hash, { since: before.since[slot]!, flags, slice })
  }
  return next
}
