import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAssayError } from '../../../src/core/errors/errors.ts'
import { idOrder } from '../../../src/core/inputs/predictions/id-order.ts'
import { ranksOf } from '../../../src/core/statistics/sort-order.ts'
import { readRows } from '../../../src/services/files/read-rows.ts'
import { config } from '../../core/inputs/predictions/read.ts'

const ROWS = 24_000
/** With one processor none is started. */
const THREADS = Math.min(1, availableParallelism() - 1)
const MAIN = pathToFileURL(join(import.meta.dirname, '../../../cli/main.ts')).href

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-threads-'))
  write('large.csv', row => `${idOf(row)},${row % 2},${row / ROWS},${row % 3 === 0 ? 'north' : 'süd'}`)
  write('broken.csv', row => `${idOf(row)},${row % 2},${row === 20_000 ? 'much' : row / ROWS},north`)
  write('names.csv', row => `${idOf(row)}é,${row % 2},${row / ROWS},north`)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Of 180 characters, and in no order. */
function idOf(row: number): string {
  return `${'row-'.repeat(43)}${(row * 7919) % ROWS}`.padEnd(180, '.')
}

function write(file: string, line: (row: number) => string): void {
  const rows = Array.from({ length: ROWS }, (_, row) => line(row))
  writeFileSync(join(folder, file), `id,label,score,region\n${rows.join('\n')}\n`)
}

/** A file that threads begin in, which notes each of them before it does this. */
function startedBy(name: string, code: string): { file: string; threads: () => number } {
  const [file, noted] = [join(folder, `${name}.mjs`), join(folder, `${name}.txt`)]
  const note = `import { appendFileSync } from 'node:fs'\nappendFileSync(${JSON.stringify(noted)}, 'x')\n`
  writeFileSync(file, note + code)
  return { file, threads: () => (existsSync(noted) ? readFileSync(noted).length : 0) }
}

function read(file: string, thread?: string, signal = new AbortController().signal) {
  const options = config({ file, score: 'score', slices: ['region'] })
  return readRows(folder, options, thread === undefined ? undefined : { file: thread, signal })
}

describe('a large file is read in a thread', () => {
  it.each(['large.csv', 'names.csv'])('and is what it is without one: %s', async file => {
    const { file: thread, threads } = startedBy(`reads-${file}`, `await import(${JSON.stringify(MAIN)})`)

    const here = await read(file)
    const there = await read(file, thread)

    expect(threads()).toBe(THREADS)
    expect(isDeepStrictEqual(there, here)).toBe(true)
    expect(isDeepStrictEqual(ranksOf(there.predictions.score!), ranksOf(here.predictions.score!))).toBe(true)
    expect(isDeepStrictEqual(idOrder(there.predictions.ids), idOrder(here.predictions.ids))).toBe(true)
  })

  it('and what is wrong with it is told in the same words', async () => {
    const { file: thread, threads } = startedBy('tells', `await import(${JSON.stringify(MAIN)})`)
    const wrongIn = async (reading: Promise<unknown>) => {
      const error = await reading.then(
        () => undefined,
        (error: unknown) => error,
      )
      return isAssayError(error) && { code: error.code, title: error.message, problems: error.problems }
    }

    const here = await wrongIn(read('broken.csv'))

    expect(here).toMatchObject({ code: 'PREDICTIONS_INVALID', problems: [{ where: { file: 'broken.csv' } }] })
    expect(await wrongIn(read('broken.csv', thread))).toEqual(here)
    expect(threads()).toBe(THREADS)
  })

  it.each([
    ['ends', 'process.exit(3)'],
    ['throws', 'throw new Error("out of memory")'],
    ['answers nothing', ''],
  ])('and one that %s costs nothing but time', async (name, code) => {
    const { file: thread, threads } = startedBy(name, code)

    const there = await read('large.csv', thread)

    expect(threads()).toBe(THREADS)
    expect(isDeepStrictEqual(there, await read('large.csv'))).toBe(true)
  })

  it.each([
    ['at once', 0],
    ['meanwhile', THREADS],
  ])('and is let go when the job is stopped %s', async (when, started) => {
    const { file: thread, threads } = startedBy(`hangs-${when}`, 'setInterval(() => {}, 1000)')
    const abort = new AbortController()

    const reading = read('large.csv', thread, abort.signal).catch((error: Error) => error.message)
    while (threads() < started) await setImmediate()
    abort.abort('SIGTERM')

    expect(await reading).toBe('the reading was stopped')
  })

  it('and a small one is not', async () => {
    const { file: thread, threads } = startedBy('small', '')
    writeFileSync(join(folder, 'small.csv'), 'id,label,score,region\na,1,0.9,north\nb,0,0.1,south\n')

    const { predictions } = await read('small.csv', thread)

    expect(predictions.rows).toBe(2)
    expect(threads()).toBe(0)
  })
})
