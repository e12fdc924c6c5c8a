import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hashFiles } from '../../../src/services/files/hash-files.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-hash-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('hashFiles', () => {
  it('hashes bytes, of any size, in the order asked for', async () => {
    const large = Buffer.alloc(3_000_001, 'large')
    writeFileSync(join(folder, 'large.bin'), large)
    writeFileSync(join(folder, 'empty'), '')

    const hashed = await hashFiles(folder, ['large.bin', 'empty', 'large.bin'])

    const expected = createHash('sha256').update(large).digest('hex')
    expect(hashed).toEqual([
      { path: 'large.bin', sha256: expected },
      { path: 'empty', sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
      { path: 'large.bin', sha256: expected },
    ])
  })

  it('IO-009, IO-010: hashes nothing outside the folder', async () => {
    symlinkSync('/etc/passwd', join(folder, 'link'))

    await expect(hashFiles(folder, ['../x'])).rejects.toMatchObject({ code: 'FILE_REFUSED' })
    await expect(hashFiles(folder, ['link'])).rejects.toMatchObject({ code: 'FILE_REFUSED' })
  })
})
