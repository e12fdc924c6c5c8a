import type { ByteSource } from '../bytes/byte-source.ts'
import type { Finding } from '../found/finding.ts'
import { Unscannable } from '../found/unscannable.ts'
import { attributeText } from './hdf5-attribute.ts'
import { type Block, blockAt, type Message, messagesAt, UNDEFINED } from './hdf5-header.ts'
import { kerasFindings } from './keras.ts'

/**
 * What an HDF5 file would load: the configuration of a Keras model that stands in attributes of its root, and other files that its links and its
 * data lead to. Every object is looked at (HDF5 File Format Specification 3.0), as h5py and Keras write them by themselves.
 *
 * @throws Unscannable it is not as the format says, or is written in a way that only newer files are: then nobody here can tell
 */
export function hdf5Findings(source: ByteSource): Finding[] {
  const walk: Walk = { source, findings: [], waiting: [], seen: new Set() }
  const root = rootOf(walk)
  for (const message of visitObject(walk, root)) {
    if (message.type !== ATTRIBUTE) continue
    const text = attributeText(source, message, CONFIGURATIONS)
    if (text !== undefined) walk.findings.push(...kerasFindings(text))
  }
  for (let at = walk.waiting.pop(); at !== undefined; at = walk.waiting.pop())
    if (!walk.seen.has(at)) visitObject(walk, at)
  return walk.findings
}

// --- internal ---

interface Walk {
  source: ByteSource
  findings: Finding[]
  /** Headers of objects that are still to be looked at. */
  waiting: number[]
  /** Those that were, and nodes of their trees. */
  seen: Set<number>
}

/** What Keras reads of the root: the model, and how it was trained. */
const CONFIGURATIONS = ['model_config', 'training_config']
const [LINK_INFO, EXTERNAL_FILES, LINK, LAYOUT, ATTRIBUTE, TREE, DRIVER, ATTRIBUTE_INFO] = [
  2, 7, 6, 8, 12, 17, 20, 21,
]
const MOST_OBJECTS = 1_000_000

/** Where the header of the root stands. */
function rootOf(walk: Walk): number {
  const { source } = walk
  const version = blockAt(source, 8, 1).byte(0)
  if (version <= 1) {
    const from = version === 0 ? 24 : 28
    const block = blockAt(source, 0, from + 32 + 40)
    if (block.byte(13) !== 8 || block.byte(14) !== 8) throw new Unscannable('hdf5', 13)
    // A base that is not the first byte, and a driver that spreads it over other files.
    if (block.place(from) !== 0 || block.place(from + 24) !== UNDEFINED) throw new Unscannable('hdf5', from)
    const entry = blockAt(source, from + 32, 40)
    visitCached(walk, entry, 0)
    return entry.place(8)
  }
  if (version > 3) throw new Unscannable('version', 8)
  const block = blockAt(source, 0, 48)
  if (block.byte(9) !== 8 || block.byte(10) !== 8 || block.place(12) !== 0) throw new Unscannable('hdf5', 9)
  const extension = block.place(20)
  if (extension !== UNDEFINED && messagesAt(source, extension).some(({ type }) => type === DRIVER))
    throw new Unscannable('hdf5', extension)
  return block.place(36)
}

/** Notes what an object leads to, and gives what its header says. */
function visitObject(walk: Walk, at: number): Message[] {
  if (walk.seen.size > MOST_OBJECTS) throw new Unscannable('deep', at)
  walk.seen.add(at)
  const messages = messagesAt(walk.source, at)
  for (const message of messages) LEADS[message.type]?.(walk, message)
  return messages
}

const LEADS: Readonly<Record<number, (walk: Walk, message: Message) => void>> = {
  [TREE]: (walk, { block }) => visitTree(walk, block.place(0)),
  [LINK]: visitLink,
  /** Kept apart from the header, in a heap. */
  [LINK_INFO]: (_, { block, at }) =>
    refuseUnless(block.place(block.byte(1) % 2 === 1 ? 10 : 2) === UNDEFINED, at),
  [ATTRIBUTE_INFO]: (_, { block, at }) =>
    refuseUnless(block.place(block.byte(1) % 2 === 1 ? 4 : 2) === UNDEFINED, at),
  [EXTERNAL_FILES]: ({ findings }) => findings.push({ kind: 'outside_file', name: 'bytes of an array' }),
  /** A virtual array is made of those of other files. */
  [LAYOUT]: ({ findings }, { block }) => {
    if (block.byte(0) >= 4 && block.byte(1) === 3)
      findings.push({ kind: 'outside_file', name: 'a virtual array' })
  },
}

/** A name and where it leads: an object, a name of the same file, or one of another. */
function visitLink({ waiting, findings }: Walk, { block, at }: Message): void {
  const flags = block.byte(1)
  let next = 2
  const type = (flags & 8) === 0 ? 0 : block.byte(next++)
  if ((flags & 4) !== 0) next += 8
  if ((flags & 16) !== 0) next++
  const width = 1 << (flags & 3)
  const length = block.number(next, width)
  next += width + length
  if (type === 0) waiting.push(block.place(next))
  else if (type === 64) {
    const [file = ''] = block.text(next + 3, block.number(next, 2) - 1).split('\0')
    findings.push({ kind: 'outside_file', name: file })
  } else refuseUnless(type === 1, at)
}

/** The names of a group: a tree of nodes, and leaves of entries. */
function visitTree(walk: Walk, at: number): void {
  if (walk.seen.has(at)) return
  if (walk.seen.size > MOST_OBJECTS) throw new Unscannable('deep', at)
  walk.seen.add(at)
  const head = blockAt(walk.source, at, 8)
  const mark = head.text(0, 4)
  if (mark === 'TREE') {
    const count = head.number(6, 2)
    const node = blockAt(walk.source, at + 24, 8 + 16 * count)
    if (head.byte(4) !== 0) throw new Unscannable('malformed', at)
    for (let index = 0; index < count; index++) visitTree(walk, node.place(8 + 16 * index))
  } else if (mark === 'SNOD') {
    const count = head.number(6, 2)
    const node = blockAt(walk.source, at + 8, 40 * count)
    for (let index = 0; index < count; index++) {
      visitCached(walk, node, 40 * index)
      // A name of the same file has no header.
      if (node.number(40 * index + 16, 4) !== 2) walk.waiting.push(node.place(40 * index + 8))
    }
  } else throw new Unscannable('malformed', at)
}

/** An entry may keep where the names of its group stand: some readers go by that, others by the header of the group. */
function visitCached(walk: Walk, block: Block, from: number): void {
  if (block.number(from + 16, 4) === 1) visitTree(walk, block.place(from + 24))
}

function refuseUnless(isPlain: boolean, at: number): void {
  if (!isPlain) throw new Unscannable('hdf5', at)
}
