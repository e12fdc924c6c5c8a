/** What a sender tells of one request to a model, as far as its envelope says. */
export interface TrafficEvent {
  model?: string
  release?: string
  id?: string
  /** Whom the request was for, as the split knows them. As long as it came: whoever uses it looks at that. */
  unit?: string
  /** When it happened, in milliseconds; where it is not said, it happens now. */
  time?: number
  /** A logger tells of a request and of its answer in two events with one id. */
  part: 'whole' | 'request' | 'response'
  /** The JSON of it. */
  data: unknown
  /** Bins of its row where that has been read into them: `data` has no row then. */
  bins?: Uint16Array
}

/** Work that gives whoever does it a turn for something else at each `undefined`: pieces of about a millisecond. */
export type Turns<T = void> = Generator<undefined, T>

/** An event, or that there was one which cannot be read. */
export type Told = TrafficEvent | 'unreadable'

/** What a body came with. */
export interface Envelope {
  /** Where the address of the sender has them, they count, and an event that says another is not read. */
  model?: string
  release?: string
  /** A header by its lower-case name. */
  header(name: string): string | undefined
}

/** Values of an event's rows: `value` of a row and a feature, both by index. */
export interface Rows {
  length: number
  value(row: number, feature: number): unknown
}

/** What a model answered for each row. One of the two may not be in the answer. */
export interface Answers {
  length: number
  prediction?: (row: number) => unknown
  score?: (row: number) => unknown
}

/** Why values are not counted: of another width or shape than the profile's, or nothing that can be read at all. */
export type NoValues = 'mismatch' | 'rejected'
