import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { whyOtherData } from '../../../src/services/files/data-hashes.ts'
import { testFolder } from '../../support/git-repository.ts'

const { folder, remove } = testFolder()
afterAll(remove)

const md5 = (text: string) => createHash('md5').update(text).digest('hex')
const now = (value: string) => ({ value, isLegacy: false })

/** What DVC 3.67.1 wrote for a folder of these two files; the name has what JSON in ASCII escapes. */
const IMAGES = '01152e6a70fcf44b5c9a3136b5b8d1cc.dir'

describe('data held to the hashes of DVC', () => {
  it('a file: the same, another, none, a folder in its place', async () => {
    writeFileSync(join(folder, 'a.csv'), 'one\n')
    mkdirSync(join(folder, 'b.csv'))
    const why = (path: string, hash: string) => whyOtherData(folder, { path, hash: now(hash) })

    expect(await why('a.csv', '5bbf5a52328e7439ae6e719dfe712200')).toBeUndefined()
    expect(await why('a.csv', md5('two\n'))).toMatch(/^is another file: its md5 is 5bbf5a52/)
    expect(await why('none.csv', md5('one\n'))).toBe('is not there')
    expect(await why('b.csv', md5('one\n'))).toBe('was not read: it is a folder, not a regular file')
    expect(await why('a.csv', IMAGES)).toBe('is no folder')
  })

  it('a file of before DVC 3, whose line ends did not count; of what is no text they do', async () => {
    const legacy = (path: string, text: string) =>
      whyOtherData(folder, { path, hash: { value: md5(text), isLegacy: true } })
    const long = 'a,b\r\n'.repeat(40_000)
    writeFileSync(join(folder, 'dos.csv'), long)
    writeFileSync(join(folder, 'dos.bin'), 'a\0b\r\n')

    expect(await legacy('dos.csv', long.replaceAll('\r\n', '\n'))).toBeUndefined()
    expect(await whyOtherData(folder, { path: 'dos.csv', hash: now(md5(long)) })).toBeUndefined()
    expect(await legacy('dos.bin', 'a\0b\r\n')).toBeUndefined()
  })

  it('a link into the cache is the file that it leads to', async () => {
    writeFileSync(join(folder, 'object'), 'one\n')
    symlinkSync(join(folder, 'object'), join(folder, 'link.csv'))

    expect(await whyOtherData(folder, { path: 'link.csv', hash: now(md5('one\n')) })).toBeUndefined()
  })

  it('what leads out of the repository is not read, and none of its hashes told', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'assay-outside-'))
    writeFileSync(join(outside, 'shadow'), 'root:secret\n')
    symlinkSync(outside, join(folder, 'etc'))
    mkdirSync(join(folder, 'odd'))
    symlinkSync(join(outside, 'shadow'), join(folder, 'odd/kim@example.com'))
    const why = (path: string, hash: string) => whyOtherData(folder, { path, hash: now(hash) })

    const out = 'a symbolic link on it leads out of the repository'
    expect(await why('etc/shadow', md5('no\n'))).toBe(`was not read: ${out}`)
    expect(await why('etc/shadow', md5('root:secret\n'))).toBe(`was not read: ${out}`)
    expect(await why('etc', IMAGES)).toBe(`was not read: ${out}`)
    expect(await why('odd', IMAGES)).toBe(`has what no hash can hold: [e-mail] was not read: ${out}`)
    rmSync(outside, { recursive: true })
  })

  it("a link into a cache of DVC elsewhere is the file that it leads to, where the object is what it's called", async () => {
    const cache = mkdtempSync(join(tmpdir(), 'assay-cache-'))
    const object = (hash: string) => join(cache, hash.slice(0, 2), hash.slice(2))
    const [one, two] = [md5('one\n'), md5('two\n')]
    for (const hash of [one, two]) {
      mkdirSync(join(cache, hash.slice(0, 2)), { recursive: true })
      writeFileSync(object(hash), 'one\n')
      symlinkSync(object(hash), join(folder, `${hash}.csv`))
    }
    const why = (path: string, hash: string) => whyOtherData(folder, { path, hash: now(hash) })

    expect(await why(`${one}.csv`, one)).toBeUndefined()
    expect(await why(`${one}.csv`, two)).toBe(`is another file: its md5 is ${one}, and not ${two}`)
    expect(await why(`${two}.csv`, two)).toMatch(/leads out of the repository$/)
    rmSync(cache, { recursive: true })
  })

  it('links in circles and links to folders are told, by a name each', async () => {
    mkdirSync(join(folder, 'e'))
    symlinkSync('.', join(folder, 'e/a'))
    symlinkSync('b', join(folder, 'e/b'))
    symlinkSync('nothing', join(folder, 'e/c'))
    symlinkSync('e', join(folder, 'linked'))
    const why = (path: string, within?: string[]) =>
      whyOtherData(folder, { path, hash: now(IMAGES), ...(within && { within }) })

    expect(await why('e')).toBe(
      'has what no hash can hold: a is a link to a folder, b was not read: its symbolic links go in circles',
    )
    expect(await why('e', ['d.csv'])).toMatch(/^is not the folder of/)
    expect(await why('e/b')).toBe('was not read: its symbolic links go in circles')
    expect(await why('linked')).toBe('is a link to a folder, and DVC follows none')
  })

  it('a folder by the hash that DVC gave it, and by its list where that is kept', async () => {
    mkdirSync(join(folder, 'img/sub'), { recursive: true })
    writeFileSync(join(folder, 'img/a.png'), 'image a\n')
    writeFileSync(join(folder, 'img/b é.png'), 'image b\n')
    const whole = { path: 'img', hash: now(IMAGES) }
    expect(await whyOtherData(folder, whole)).toBeUndefined()

    writeFileSync(join(folder, 'img/a.png'), 'image c\n')
    writeFileSync(join(folder, 'img/sub/c.png'), 'image c\n')
    expect(await whyOtherData(folder, whole)).toMatch(/^is not the folder of .*cache does not say/)

    const list = `[{"md5": "${md5('image a\n')}", "relpath": "a.png"}, {"md5": "${md5('image b\n')}", "relpath": "b \\u00e9.png"}]`
    mkdirSync(join(folder, `.dvc/cache/files/md5/${IMAGES.slice(0, 2)}`), { recursive: true })
    writeFileSync(join(folder, `.dvc/cache/files/md5/${IMAGES.slice(0, 2)}/${IMAGES.slice(2)}`), list)
    writeFileSync(join(folder, '.dvcignore'), '# nothing yet\n')
    expect(await whyOtherData(folder, whole)).toBe('has another a.png, has sub/c.png besides')
    writeFileSync(join(folder, '.dvcignore'), 'sub\n')
    expect(await whyOtherData(folder, whole)).toBe('has another a.png')
    expect(await whyOtherData(folder, { ...whole, within: ['b é.png'] })).toBeUndefined()
  })
})
