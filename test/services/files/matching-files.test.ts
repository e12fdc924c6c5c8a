import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { filesBelow } from '../../../src/services/files/matching-files.ts'

it('finds every file below a folder, and tells what is there and is none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-found-'))
  mkdirSync(join(folder, 'store/v3'), { recursive: true })
  mkdirSync(join(folder, 'model'))
  writeFileSync(join(folder, 'store/v3/w.bin'), 'weights')
  writeFileSync(join(folder, 'model/.two\nlines'), 'x')
  symlinkSync('../store/v3/w.bin', join(folder, 'model/file'))
  symlinkSync('../store/v3', join(folder, 'model/folder'))
  symlinkSync('../store/gone', join(folder, 'model/gone'))
  symlinkSync('self', join(folder, 'model/self'))
  execFileSync('mkfifo', [join(folder, 'model/pipe')])

  const found = await filesBelow(folder, ['model', 'store', 'absent'])

  expect(found.sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
    { path: 'model/.two\nlines', size: 1 },
    { path: 'model/file', size: 7 },
    { path: 'model/folder', size: 0, no: 'link to a folder' },
    { path: 'model/gone', size: 0, no: 'broken link' },
    { path: 'model/pipe', size: 0, no: 'special file' },
    { path: 'model/self', size: 0, no: 'broken link' },
    { path: 'store/v3/w.bin', size: 7 },
  ])
})
