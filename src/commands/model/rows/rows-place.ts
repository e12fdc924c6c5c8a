import { AssayError } from '../../../core/errors/errors.ts'

/** What the file of a release's rows is called by, as its record says. */
export interface RowsName {
  /** Its sha256, in hex. */
  hash: string
  md5?: string | undefined
}

/** Where rows lie by their content. Whoever takes them looks whether they are of their hash. */
export interface RowsPlace {
  /** As it is written, for people. */
  name: string
  /** By what it finds them besides their sha256. */
  nameOf: (bytes: Buffer) => Omit<RowsName, 'hash'>
  /** What is there already is left as it is. @throws AssayError for whatever the place says */
  keep: (name: RowsName, bytes: Buffer) => Promise<void>
  /** undefined: there are none. @throws AssayError for whatever the place says */
  take: (name: RowsName) => Promise<Buffer | undefined>
}

/** A place that cannot keep rows, or must not be asked for them, however often it is tried. */
export function unfit(what: string, fix?: string): AssayError {
  return new AssayError({
    code: 'ROWS_PLACE_UNFIT',
    title: 'The rows cannot be kept where `baselines` says',
    problems: [{ what, ...(fix !== undefined && { fix }) }],
  })
}
