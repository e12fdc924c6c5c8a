import { edgesAtMost } from '../../statistics/traffic/population-stability.ts'
import { binOf } from '../profile/bins.ts'
import type { Feature } from '../profile/feature.ts'
import { JsonBytes, NOTHING, NUMBER, TEXT } from './json-bytes.ts'
import { TextTable } from './text-table.ts'

/** A plain event of one row: what it says beside the row, and the bins of the row, which are good until the next event is read. */
export interface FlatEvent {
  event: Record<string, unknown>
  bins: Uint16Array
}

/**
 * Reads plain events, `{ "id": …, "features": { name: value, … }, "score": … }`, out of their bytes into bins, with no object or
 * string for a value: most bodies are such, and to make them is most of what they cost. Whatever is not of this form, or may not be
 * JSON at all, is left to who parses it: where this reads something, that reads the same.
 */
export class FlatEvents {
  readonly #features: readonly Feature[]
  readonly #names: TextTable
  readonly #quoted: readonly Uint8Array[]
  /** Of each feature with categories. */
  readonly #categories: readonly (TextTable | undefined)[]
  readonly #missing: Uint16Array
  readonly #bins: Uint16Array
  readonly #json = new JsonBytes()

  constructor(features: readonly Feature[]) {
    this.#features = features
    this.#names = new TextTable(features.map(({ name }) => name))
    this.#quoted = features.map(({ name }) => new Uint8Array(Buffer.from(`"${name}"`)))
    this.#categories = features.map(one =>
      one.type === 'category' ? new TextTable(one.categories) : undefined,
    )
    this.#missing = Uint16Array.from(features, feature => binOf(feature, undefined))
    this.#bins = new Uint16Array(features.length)
  }

  /** Undefined for what it does not read. */
  read(bytes: Uint8Array): FlatEvent | undefined {
    const json = this.#json
    json.begin(bytes)
    const event: Record<string, unknown> = {}
    let hasRow = false
    if (!json.is(OPEN)) return undefined
    do {
      if (!json.isText()) return undefined
      const key = KEYS.find(json.bytes, json.from, json.to, json.hash)
      if (key < 0 || !json.is(COLON)) return undefined
      if (key === FEATURES) {
        if (hasRow || !this.#isRow()) return undefined
        hasRow = true
      } else {
        const kind = json.scalar()
        if (kind === NOTHING || (kind === TEXT && !json.isAscii)) return undefined
        event[KEY_NAMES[key]!] = json.value(kind)
      }
    } while (json.is(COMMA))
    return hasRow && json.is(CLOSE) && json.isEnd() ? { event, bins: this.#bins } : undefined
  }

  /** Reads a row into its bins. False where there is none, or it has no name that the profile knows. */
  #isRow(): boolean {
    const json = this.#json
    this.#bins.set(this.#missing)
    if (!json.is(OPEN)) return false
    let known = 0
    // Senders keep to the order of the profile.
    let next = 0
    do {
      const quoted = this.#quoted[next]
      const feature = quoted && json.isAll(quoted) ? next : this.#nextFeature()
      if (feature === undefined || !json.is(COLON)) return false
      const kind = json.scalar()
      if (kind === NOTHING) return false
      if (feature >= 0) {
        const bin = this.#binOf(feature, kind)
        if (bin === undefined) return false
        this.#bins[feature] = bin
        known++
        next = feature + 1
      } else if (kind === TEXT && !json.isAscii) return false
    } while (json.is(COMMA))
    return known > 0 && json.is(CLOSE)
  }

  /** -1 for a name of no feature; undefined for one that is to be decoded first. */
  #nextFeature(): number | undefined {
    const json = this.#json
    if (!json.isText()) return undefined
    const feature = this.#names.find(json.bytes, json.from, json.to, json.hash)
    return feature < 0 && !json.isAscii ? undefined : feature
  }

  /** Undefined for a text that is to be decoded first. */
  #binOf(feature: number, kind: number): number | undefined {
    const json = this.#json
    if (kind === TEXT) {
      const known = this.#categories[feature]?.find(json.bytes, json.from, json.to, json.hash)
      if (known !== undefined && known >= 0) return known
      if (!json.isAscii) return undefined
    }
    const bins = this.#features[feature]!
    // Said here as well: passed on as a value of any type, each number would be an object of its own.
    if (kind === NUMBER && bins.type === 'number' && Number.isFinite(json.number))
      return edgesAtMost(bins.edges, json.number)
    return binOf(bins, json.value(kind))
  }
}

// --- internal ---

const KEY_NAMES = [
  'id',
  'time',
  'unit',
  'model',
  'release',
  'prediction',
  'score',
  'error',
  'latency_ms',
  'features',
]
const FEATURES = KEY_NAMES.indexOf('features')
const KEYS = new TextTable(KEY_NAMES)

const [OPEN, CLOSE, COLON, COMMA] = Buffer.from('{}:,') as unknown as readonly [
  number,
  number,
  number,
  number,
]
