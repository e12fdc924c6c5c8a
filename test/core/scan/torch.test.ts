import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bytesInMemory } from '../../../src/core/scan/bytes/byte-source.ts'
import { isKnownImport } from '../../../src/core/scan/pickle/known-imports.ts'
import { scanModel } from '../../../src/core/scan/scan.ts'

const FOLDER = 'test/data/models/torch-2.15.0'
const scan = (file: string) => scanModel(bytesInMemory(readFileSync(`${FOLDER}/${file}`)), isKnownImport)

describe('what PyTorch 2.15.0 saves (test/data/models/pytorch.py)', () => {
  it('passes where it is weights, a checkpoint or a model of its own layers', () => {
    const files = readdirSync(FOLDER).filter(file => file.endsWith('.pt'))

    expect(files.map(file => ({ file, ...scan(file) }))).toEqual(
      files.map(file => ({ file, format: 'torch', findings: [], imports: expect.any(Number) })),
    )
    expect(files).toHaveLength(8)
  })

  it.each([
    ['traced.torchscript', 'torchscript'],
    ['exported.pt2', 'torch.export'],
  ])('%s is a program: a person has to allow it', (file, format) => {
    expect(scan(file)).toMatchObject({ format, findings: [], unscannable: { why: 'program' } })
  })
})
