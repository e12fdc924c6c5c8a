import type { Finding } from '../found/finding.ts'
import { Unscannable } from '../found/unscannable.ts'
import { type Import, OTHER, type Value } from './values.ts'

/** The stack, the marks and the memo of a pickle that is read, as Python's own `Unpickler` has them, and what it has brought in. */
export class Machine {
  /** Where the instruction stands that is being read. */
  at = 0
  readonly imports = new Map<string, Import>()
  readonly #stack: Value[] = []
  readonly #marks: number[] = []
  readonly #memo = new Map<number, Value>()
  readonly #isKnown: (name: string) => boolean
  readonly #tell: (finding: Finding) => void

  constructor(isKnown: (name: string) => boolean, tell: (finding: Finding) => void) {
    this.#isKnown = isKnown
    this.#tell = tell
  }

  push(value: Value): void {
    if (this.#stack.length >= DEEPEST) throw new Unscannable('deep', this.at)
    this.#stack.push(value)
  }

  pop(): Value {
    if (this.above === 0) throw new Unscannable('stack', this.at)
    return this.#stack.pop()!
  }

  /** In the order in which they were pushed. */
  popSome(number: number): Value[] {
    if (this.above < number) throw new Unscannable('stack', this.at)
    return this.#stack.splice(-number)
  }

  top(): Value {
    if (this.above === 0) throw new Unscannable('stack', this.at)
    return this.#stack.at(-1)!
  }

  /** How many values there are above the last mark. */
  get above(): number {
    return this.#stack.length - (this.#marks.at(-1) ?? 0)
  }

  mark(): void {
    if (this.#marks.length >= DEEPEST_MARKS) throw new Unscannable('deep', this.at)
    this.#marks.push(this.#stack.length)
  }

  /** Takes the last mark away and what stands above it, and gives that where it is not too much to be kept. */
  popMark(most: number): Value[] | undefined {
    const from = this.#marks.pop()
    if (from === undefined) throw new Unscannable('stack', this.at)
    const values = this.#stack.length - from > most ? undefined : this.#stack.slice(from)
    this.#stack.length = from
    return values
  }

  remember(place = this.#memo.size): void {
    this.#memo.set(place, this.top())
  }

  recall(place: number): Value {
    const value = this.#memo.get(place)
    if (value === undefined) throw new Unscannable('memo', this.at)
    return value
  }

  /** @throws Unscannable one of the two is no text */
  bring(module: string | undefined, name: string | undefined): Import {
    if (module === undefined || name === undefined) throw new Unscannable('name', this.at)
    const full = `${module}.${name}`
    const before = this.imports.get(full)
    if (before) return before
    // A name with a dot reaches into what it finds: it is of no ordinary model, whatever it spells.
    const brought: Import = {
      kind: 'import',
      name: full,
      isKnown: PART.test(name) && this.#isKnown(full),
      told: new Set(),
    }
    this.imports.set(full, brought)
    if (!brought.isKnown) this.#tell({ kind: 'import', name: full, at: this.at })
    return brought
  }

  /** What comes of a call. */
  call(what: Value, arguments_: Value): Value {
    // What was made before is called: little that is known makes something to be called. A literal never is.
    if (!isImport(what)) throw new Unscannable(typeof what === 'number' ? 'stack' : 'called', this.at)
    if (!what.isKnown) this.#tellOnce('call', what)
    switch (what.name) {
      case 'joblib.numpy_pickle.NumpyArrayWrapper':
        return { kind: 'joblib_array' }
      case 'numpy.dtype':
        return { kind: 'dtype', called: arguments_ }
      case 'numpy._core._internal._convert_to_stringdtype_kwargs':
        return { kind: 'dtype', called: arguments_, isOfTexts: true }
      default:
        return OTHER
    }
  }

  /** Calls what stands below the arguments on top. */
  callTop(): void {
    const arguments_ = this.pop()
    this.push(this.call(this.pop(), arguments_))
  }

  /** The value on top is changed: what is brought in is not the file's own to change. */
  changed(): Value {
    const value = this.top()
    if (isImport(value)) this.#tellOnce('changed_import', value)
    return value
  }

  replaceTop(value: Value): void {
    this.#stack[this.#stack.length - 1] = value
  }

  #tellOnce(kind: 'call' | 'changed_import', { name, told }: Import): void {
    if (!told.has(kind)) this.#tell({ kind, name, at: this.at })
    told.add(kind)
  }
}

// --- internal ---

/** So many values at once: a tuple of millions is saved by putting all of them on the stack. */
const DEEPEST = 20_000_000
const DEEPEST_MARKS = 1_000_000

const PART = /^\w+$/

function isImport(value: Value): value is Import {
  return typeof value === 'object' && value?.kind === 'import'
}
