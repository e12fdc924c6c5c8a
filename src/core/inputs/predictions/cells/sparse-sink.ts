import type { Sink } from './sinks.ts'

/** A column that may be empty: such rows are kept in mind, to be left out of all columns. */
export class SparseSink implements Sink {
  readonly empty: number[] = []
  #sink: Sink

  constructor(sink: Sink) {
    this.#sink = sink
  }

  get rows(): number {
    return this.#sink.rows
  }

  addBytes(bytes: Buffer, start: number, end: number): string | undefined {
    const problem = this.#sink.addBytes(bytes, start, end)
    return start === end ? this.#addEmpty() : problem
  }

  addValue(value: unknown): string | undefined {
    const problem = this.#sink.addValue(value)
    const isEmpty = value === null || value === undefined || value === '' || Number.isNaN(value)
    return isEmpty ? this.#addEmpty() : problem
  }

  useDecimalComma(): void {
    this.#sink.useDecimalComma?.()
  }

  leaveOut(rows: readonly number[]): void {
    this.#sink.leaveOut?.(rows)
  }

  #addEmpty(): undefined {
    this.empty.push(this.rows - 1)
  }
}
