import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { renderError } from '../../../src/core/text/error-text.ts'
import { openInside, readInside } from '../../../src/services/files/files.ts'

let outer: string
let folder: string

beforeEach(() => {
  outer = realpathSync(mkdtempSync(join(tmpdir(), 'assay-files-')))
  folder = join(outer, 'repo')
  mkdirSync(folder)
  writeFileSync(join(outer, 'secret.json'), '{"canary": 1}')
})

afterEach(() => rmSync(outer, { recursive: true, force: true }))

const read = (path: string, maxBytes = 1000) => readInside(folder, path, { maxBytes, input: 'metrics file' })

async function refusal(path: string, maxBytes?: number): Promise<AssayError> {
  const error = await read(path, maxBytes).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof AssayError) return error
  throw new Error('it was not refused with an AssayError', { cause: error })
}

describe('readInside', () => {
  test('gives the bytes of a file and their hash', async () => {
    mkdirSync(join(folder, 'out'))
    writeFileSync(join(folder, 'out/metrics.json'), '{"a":1}')

    const { bytes, hash } = await read('out/metrics.json')

    expect(Buffer.from(bytes).toString()).toBe('{"a":1}')
    expect(hash).toBe(createHash('sha256').update('{"a":1}').digest('hex'))
  })

  test.each([
    ['../../../etc/passwd', /`\.\.`/],
    ['a/../../secret.json', /`\.\.`/],
    ['/etc/passwd', /absolute/],
    ['~/x', /`~`/],
    ['C:\\x', /drive letter/],
    ['C:/x', /drive letter/],
    ['a\\b', /separated by `\/`/],
    ['file:///etc/passwd', /URL/],
    ['https://host/x', /URL/],
    ['a\u0000b', /NUL/],
    ['', /empty/],
    ['.git/config', /\.git/],
    ['sub/.GIT/config', /\.git/],
  ])('IO-009: the path %j is refused by a rule that is named', async (path, rule) => {
    const error = await refusal(path)

    expect(error.code).toBe('FILE_REFUSED')
    expect(error.message).toContain('metrics file')
    expect(error.problems[0]?.what).toMatch(rule)
    expect(renderError(error)).not.toContain('\u0000')
  })

  test.each([
    ['a file outside', () => join(outer, 'secret.json')],
    ['the environment of the process', () => '/proc/self/environ'],
    ['a folder whose name begins like ours', () => `${folder}-other`],
  ])('IO-010: a symbolic link to %s is refused and nothing of it is shown', async (_, target) => {
    mkdirSync(`${folder}-other`)
    symlinkSync(target(), join(folder, 'metrics.json'))

    const error = await refusal('metrics.json')

    expect(error.problems[0]?.what).toMatch(/leads out of the repository/)
    expect(renderError(error)).not.toMatch(/canary|environ|secret/)
    expect(renderError(error)).not.toContain(outer)
  })

  test('IO-010: a folder on the way that is a symbolic link outside is refused', async () => {
    symlinkSync(outer, join(folder, 'out'))

    const error = await refusal('out/secret.json')

    expect(error.code).toBe('FILE_REFUSED')
  })

  test('IO-010: a symbolic link into .git is refused', async () => {
    mkdirSync(join(folder, '.git'))
    writeFileSync(join(folder, '.git/config'), 'token = canary')
    symlinkSync('.git/config', join(folder, 'notes.md'))

    const error = await refusal('notes.md')

    expect(renderError(error)).toMatch(/\.git/)
    expect(renderError(error)).not.toContain('canary')
  })

  test('a symbolic link that stays inside is followed', async () => {
    writeFileSync(join(folder, 'real.json'), '{}')
    symlinkSync('real.json', join(folder, 'metrics.json'))

    const { bytes } = await read('metrics.json')

    expect(bytes).toHaveLength(2)
  })

  test('links in circles are refused', async () => {
    symlinkSync('b', join(folder, 'a'))
    symlinkSync('a', join(folder, 'b'))

    const error = await refusal('a')

    expect(error.problems[0]?.what).toMatch(/circles/)
  })

  test('MF-047: a pipe is refused and does not hang', async () => {
    execFileSync('mkfifo', [join(folder, 'metrics.json')])

    const error = await refusal('metrics.json')

    expect(error.problems[0]?.what).toMatch(/a pipe, not a regular file/)
  })

  test('MF-047: a folder is refused', async () => {
    mkdirSync(join(folder, 'metrics.json'))

    const error = await refusal('metrics.json')

    expect(error.problems[0]?.what).toMatch(/a folder, not a regular file/)
  })

  test('MF-047: a device is refused', async () => {
    await expect(readInside('/dev', 'zero', { maxBytes: 10 })).rejects.toThrow(AssayError)
  })

  test('MF-023: a file over the limit is refused before it is read', async () => {
    writeFileSync(join(folder, 'metrics.json'), 'x'.repeat(1001))

    const error = await refusal('metrics.json', 1000)

    expect(error.code).toBe('FILE_TOO_LARGE')
    expect(error.problems[0]?.what).toBe('larger than 1,000 bytes')
  })

  test('a file of exactly the limit is read', async () => {
    writeFileSync(join(folder, 'metrics.json'), 'x'.repeat(1000))

    const { bytes } = await read('metrics.json', 1000)

    expect(bytes).toHaveLength(1000)
  })

  test('a file that grows while it is read is still limited', async () => {
    // Files of /proc say they have no bytes and then have some.
    const status = readInside('/proc/self', 'status', { maxBytes: 10 })

    await expect(status).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' })
  })

  test('a missing file says what to look at, and not where this machine keeps it', async () => {
    const error = await refusal('metrics.json')

    expect(error.code).toBe('FILE_NOT_FOUND')
    expect(error.problems).toEqual([
      {
        what: 'there is no such file',
        where: { file: 'metrics.json' },
        fix: expect.stringContaining('writes the file'),
      },
    ])
    expect(renderError(error)).not.toContain(outer)
  })

  test('a file as a folder on the way is a missing file', async () => {
    writeFileSync(join(folder, 'a'), '')

    const error = await refusal('a/metrics.json')

    expect(error.code).toBe('FILE_NOT_FOUND')
  })
})

describe('openInside', () => {
  test('gives a handle and the size, without a limit', async () => {
    writeFileSync(join(folder, 'big.csv'), 'x'.repeat(100_000))

    const { handle, size } = await openInside(folder, 'big.csv')
    await handle.close()

    expect(size).toBe(100_000)
  })
})
