import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Row } from './main.ts'
import { measureInTurns, median } from './measure.ts'

const GIB = 1024 ** 3
const ROUNDS = 3

/**
 * Pickles of 1 GiB, looked into and hashed by the command line, beside `sha256sum` of the same file in turn: one of arrays of 64 KiB, as models
 * are, and one of single numbers, the worst that is still a pickle of one instruction after the other.
 */
export function benchScan(): Row[] {
  const folder = mkdtempSync(join(tmpdir(), 'assay-scan-'))
  try {
    return KINDS.flatMap(({ what, block }) => {
      const file = join(folder, 'model.pkl')
      write(file, block())
      const [hashed, scanned]: [number[], number[]] = [[], []]
      let peak = 0
      for (let round = 0; round < ROUNDS; round++) {
        const start = performance.now()
        if (spawnSync('sha256sum', [file]).status !== 0) throw new Error('sha256sum did not read the file')
        hashed.push(performance.now() - start)
        const { scan } = measureInTurns(
          {
            scan: {
              argv: [
                '-e',
                `process.chdir(${JSON.stringify(folder)});process.argv=[process.argv[0],'assay','scan','model.pkl'];require(${JSON.stringify(join(process.cwd(), 'dist/cli.js'))})`,
              ],
            },
          },
          1,
        )
        scanned.push(scan!.milliseconds)
        peak = Math.max(peak, scan!.peakMiB)
      }
      return [
        {
          what: `\`scan\` of a pickle of 1 GiB of ${what}`,
          value: median(scanned) / median(hashed),
          unit: '× sha256sum',
          bar: 2,
        },
        { what: 'the same: peak memory', value: peak, unit: 'MiB', bar: 95 },
      ]
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

// --- internal ---

/** Instructions that put items into the list on top of the stack. */
const KINDS: readonly { what: string; block: () => Buffer }[] = [
  {
    what: 'arrays of 64 KiB',
    block: () =>
      Buffer.concat([Buffer.from('B\0\0\x01\0', 'latin1'), Buffer.alloc(65_536, 7), Buffer.from('a')]),
  },
  {
    what: 'single numbers',
    block: () =>
      Buffer.concat([
        Buffer.from('('),
        ...Array.from({ length: 1000 }, () => Buffer.from('G?\xe0\0\0\0\0\0\0', 'latin1')),
        Buffer.from('e'),
      ]),
  },
]

function write(path: string, block: Buffer): void {
  const file = openSync(path, 'w')
  writeSync(file, Buffer.from('\x80\x04]\x94', 'latin1'))
  const many = Buffer.concat(Array.from({ length: Math.ceil(2 ** 22 / block.length) }, () => block))
  for (let size = 0; size < GIB; size += many.length) writeSync(file, many)
  writeSync(file, Buffer.from('.'))
  closeSync(file)
}
