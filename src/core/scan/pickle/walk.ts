import type { ByteSource } from '../bytes/byte-source.ts'
import { Cursor } from '../bytes/cursor.ts'
import type { Finding } from '../found/finding.ts'
import { Unscannable } from '../found/unscannable.ts'
import { arrayBytes } from './joblib-array.ts'
import { isLiteral, placeInMemo, skipLiteral, textOf } from './literals.ts'
import { Machine } from './machine.ts'
import { type Import, keepIn, MOST_KEPT, OTHER, type Value } from './values.ts'

/** Who loads it, beside Python itself. */
export interface Loader {
  /** torch finds the bytes of a tensor by what a pickle names; anybody else's loader is unknown. */
  findsPersistent: boolean
  /** joblib reads the bytes of an array right after what it says of it. */
  readsArrays: boolean
  /** Two loaders read it with other memos before it: what is taken from the memo may be something else to the other one. */
  hasTwoReadings: boolean
}

/**
 * Reads one pickle from its first byte to its STOP without loading it: every instruction, with what stands on its stack, so that it is known
 * what would be brought in and called, also where a name is put together or taken from the memo. Instructions are those of Python's
 * `pickletools` (protocols 0 to 5).
 *
 * @param isKnown whether something of that full name may be brought in and called
 * @returns what it brings in, by name, and where it ended
 * @throws Unscannable nobody can tell what it does from there on; what was found until there has been told
 */
export function walkPickle(
  source: ByteSource,
  from: number,
  loader: Loader,
  isKnown: (name: string) => boolean,
  tell: (finding: Finding) => void,
): { imports: ReadonlyMap<string, Import>; end: number } {
  const cursor = new Cursor(source, from)
  const machine = new Machine(isKnown, tell)
  /** Where the frame that is being read ends. */
  let frameEnd = 0

  const recall = (place: number) => {
    const value = machine.recall(place)
    machine.push(
      loader.hasTwoReadings && typeof value === 'number' ? { kind: 'recalled', literal: value } : value,
    )
  }
  const bringLines = () => {
    const module = cursor.line(LONGEST_LINE)
    return machine.bring(module, cursor.line(LONGEST_LINE, 'long'))
  }
  const bringFromStack = () => {
    const name = textOf(source, machine.pop())
    const module = machine.pop()
    // A module that is another one to the other loader has nothing of that name; a name could be anything.
    const isRecalled = typeof module === 'object' && module?.kind === 'recalled'
    return machine.bring(textOf(source, isRecalled ? module.literal : module), name)
  }
  /** BUILD, and the array that follows it where it is one of joblib's. */
  const build = () => {
    const state = machine.pop()
    const built = machine.changed()
    if (typeof built !== 'object') return
    if (built?.kind === 'dtype') built.state = state
    if (built?.kind !== 'joblib_array') return
    if (!loader.readsArrays) throw new Unscannable('array', machine.at)
    // The frame is read as a whole before what is in it, and the array is read after it.
    if (cursor.at < frameEnd) throw new Unscannable('frame', machine.at)
    const array = arrayBytes(source, state, machine.at)
    if (array === 'pickled') {
      const inner = walkPickle(source, cursor.at, PICKLED_ARRAY, isKnown, tell)
      for (const [name, brought] of inner.imports) machine.imports.set(name, brought)
      cursor.skip(inner.end - cursor.at)
    } else {
      const padding = cursor.byte()
      // Whoever loads this with plain pickle takes that byte for an instruction: none of these is one, and so it ends there.
      if (padding > MOST_PADDING) throw new Unscannable('array', machine.at)
      cursor.skip(padding + array)
    }
    machine.replaceTop(OTHER)
  }

  for (;;) {
    const { at } = cursor
    machine.at = at
    const opcode = cursor.byte()
    if (isLiteral(opcode)) {
      machine.push(at)
      skipLiteral(cursor, opcode)
      continue
    }
    switch (opcode) {
      case 0x28: // MARK
        machine.mark()
        break
      case 0x30: // POP
        if (machine.above > 0) machine.pop()
        else machine.popMark(0)
        break
      case 0x31: // POP_MARK
        machine.popMark(0)
        break
      case 0x32: // DUP
        machine.push(machine.top())
        break
      case 0x29: // EMPTY_TUPLE
        machine.push(EMPTY)
        break
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        machine.push({ kind: 'tuple', items: machine.popSome(opcode - 0x84) })
        break
      case 0x74: {
        // TUPLE
        const items = machine.popMark(MOST_KEPT)
        machine.push(items ? { kind: 'tuple', items } : OTHER)
        break
      }
      case 0x7d: // EMPTY_DICT
        machine.push({ kind: 'dict', entries: [], isWhole: true })
        break
      case 0x5d: // EMPTY_LIST
      case 0x8f: // EMPTY_SET
        machine.push(OTHER)
        break
      case 0x6c: // LIST
      case 0x64: // DICT
      case 0x91: // FROZENSET
        machine.popMark(0)
        machine.push(OTHER)
        break
      case 0x61: // APPEND
        machine.pop()
        machine.changed()
        break
      case 0x65: // APPENDS
      case 0x90: // ADDITEMS
        machine.popMark(0)
        machine.changed()
        break
      case 0x73: {
        // SETITEM
        const entry = machine.popSome(2)
        keepIn(machine.changed(), entry)
        break
      }
      case 0x75: {
        // SETITEMS
        const items = machine.popMark(MOST_KEPT)
        keepIn(machine.changed(), items)
        break
      }
      case 0x62: // BUILD
        build()
        break

      case 0x71: // BINPUT
        machine.remember(cursor.byte())
        break
      case 0x72: // LONG_BINPUT
        machine.remember(cursor.uint32())
        break
      case 0x70: // PUT
        machine.remember(placeInMemo(cursor))
        break
      case 0x94: // MEMOIZE
        machine.remember()
        break
      case 0x68: // BINGET
        recall(cursor.byte())
        break
      case 0x6a: // LONG_BINGET
        recall(cursor.uint32())
        break
      case 0x67: // GET
        recall(placeInMemo(cursor))
        break

      case 0x63: // GLOBAL
        machine.push(bringLines())
        break
      case 0x93: // STACK_GLOBAL
        machine.push(bringFromStack())
        break
      case 0x69: {
        // INST
        const what = bringLines()
        machine.popMark(0)
        machine.push(machine.call(what, OTHER))
        break
      }
      case 0x6f: // OBJ
        machine.push(machine.call(machine.popMark(MOST_KEPT)?.[0] ?? OTHER, OTHER))
        break
      case 0x52: // REDUCE
      case 0x81: // NEWOBJ
        machine.callTop()
        break
      case 0x92: // NEWOBJ_EX
        machine.pop()
        machine.callTop()
        break

      case 0x50: // PERSID
        if (!loader.findsPersistent) throw new Unscannable('persistent', at)
        cursor.skipLine()
        machine.push(OTHER)
        break
      case 0x51: // BINPERSID
        if (!loader.findsPersistent) throw new Unscannable('persistent', at)
        machine.pop()
        machine.push(OTHER)
        break

      case 0x80: // PROTO
        if (cursor.byte() > 5) throw new Unscannable('protocol', at)
        break
      case 0x95: // FRAME
        frameEnd = cursor.uint64() + cursor.at
        break
      case 0x2e: // STOP
        machine.pop()
        return { imports: machine.imports, end: cursor.at }

      case 0x82: // EXT1
      case 0x83: // EXT2
      case 0x84: // EXT4
        throw new Unscannable('extension', at)
      case 0x97: // NEXT_BUFFER
        throw new Unscannable('buffer', at)
      case 0x98: // READONLY_BUFFER
        machine.top()
        machine.replaceTop(OTHER)
        break
      default:
        throw new Unscannable('opcode', at)
    }
  }
}

// --- internal ---

/** The objects of an array, which joblib saves as a pickle inside of its own. Plain pickle would read it as a part of the outer one. */
const PICKLED_ARRAY: Loader = { findsPersistent: false, readsArrays: false, hasTwoReadings: true }
/** joblib aligns arrays by 16 bytes; the first instruction of pickle is `(`, 40. */
const MOST_PADDING = 32
/** No module has a name as long as this. */
const LONGEST_LINE = 4096
const EMPTY: Value = { kind: 'tuple', items: [] }
