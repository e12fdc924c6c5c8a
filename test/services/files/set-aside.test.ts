import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { setAside } from '../../../src/services/files/set-aside.ts'
import { cases } from '../../support/rounds.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-aside-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const at = (path: string) => join(folder, path)
const write = (path: string, text: string) => {
  mkdirSync(dirname(at(path)), { recursive: true })
  writeFileSync(at(path), text)
}
const read = (path: string) => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : undefined)
const store = () => readdirSync(folder).filter(name => name.startsWith('.assay-aside'))

describe('files that are set aside', () => {
  it('are out of the way, and back where nothing was written', async () => {
    write('out/p.csv', 'old')
    const aside = await setAside(folder, 'churn', ['out/p.csv', 'm.json'])

    const meanwhile = read('out/p.csv')
    const written = await aside.written()
    await aside.end('done')

    expect([meanwhile, [...written], [...aside.had]]).toEqual([undefined, [], ['out/p.csv']])
    expect(read('out/p.csv')).toBe('old')
    expect(store()).toEqual([])
  })

  it('give way to what was written, whatever its time', async () => {
    write('p.csv', 'old')
    const aside = await setAside(folder, 'churn', ['p.csv'])
    write('p.csv', 'old')
    utimesSync(at('p.csv'), new Date(0), new Date(0))

    expect([...(await aside.written())]).toEqual(['p.csv'])
    await aside.end('done')

    expect(read('p.csv')).toBe('old')
    expect(store()).toEqual([])
  })

  it.each([
    ['nothing was written', undefined],
    ['half of it was written', 'ha'],
  ])('are back after a failure: %s', async (_, text) => {
    write('p.csv', 'old')
    const aside = await setAside(folder, 'churn', ['p.csv'])
    if (text) write('p.csv', text)

    await aside.end('failed')

    expect(read('p.csv')).toBe('old')
    expect(store()).toEqual([])
  })

  it('are back though the command removed their folder', async () => {
    write('out/deep/p.csv', 'old')
    const aside = await setAside(folder, 'churn', ['out/deep/p.csv'])
    rmSync(at('out'), { recursive: true })

    await aside.end('done')

    expect(read('out/deep/p.csv')).toBe('old')
  })

  it('are back with the next run, where this one was killed', async () => {
    write('out/p.csv', 'old')
    write('m.json', 'old')
    await setAside(folder, 'churn', ['out/p.csv', 'm.json'])

    const next = await setAside(folder, 'churn', ['out/p.csv', 'm.json'])
    await next.end('done')

    expect([read('out/p.csv'), read('m.json')]).toEqual(['old', 'old'])
    expect(store()).toEqual([])
  })

  it('are both kept where a run was killed and something new lies there', async () => {
    write('p.csv', 'old')
    await setAside(folder, 'churn', ['p.csv'])
    write('p.csv', 'new')

    await (await setAside(folder, 'churn', ['p.csv'])).end('done')

    expect(read('p.csv')).toBe('new')
    expect(read('.assay-aside-churn/p.csv.kept-1')).toBe('old')
    expect(read('.assay-aside-churn/.gitignore')).toBe('*\n')
  })

  it('a link stays, and the file that it leads to goes', async () => {
    write('runs/1/p.csv', 'old')
    symlinkSync('runs/1/p.csv', at('p.csv'))
    const aside = await setAside(folder, 'churn', ['p.csv'])

    const before = [...(await aside.written())]
    write('runs/1/p.csv', 'new')
    const after = [...(await aside.written())]
    await aside.end('done')

    expect([before, after]).toEqual([[], ['p.csv']])
    expect(read('p.csv')).toBe('new')
  })

  it('a link into the cache of DVC goes itself: the cache is not touched', async () => {
    write('.dvc/cache/ab/cd', 'old')
    symlinkSync('.dvc/cache/ab/cd', at('p.csv'))
    const aside = await setAside(folder, 'churn', ['p.csv'])

    expect([...(await aside.written())]).toEqual([])
    expect(read('.dvc/cache/ab/cd')).toBe('old')
    await aside.end('done')

    expect(read('p.csv')).toBe('old')
  })

  it.each([
    ['a folder', () => mkdirSync(at('p.csv'))],
    ['a link out of the folder', () => symlinkSync('/etc/hostname', at('p.csv'))],
    ['a link to nothing', () => symlinkSync('nowhere', at('p.csv'))],
  ])('%s is left as it is', async (_, make) => {
    make()
    const aside = await setAside(folder, 'churn', ['p.csv'])

    expect([...aside.had]).toEqual([])
    await aside.clear()
    await aside.end('failed')

    expect(readdirSync(folder)).toEqual(['p.csv'])
  })

  it('nothing is lost and nothing invented, whatever is written, and wherever it is stopped', async () => {
    const paths = ['a.csv', 'out/b.csv', 'out/c.json']
    const texts = fc.constantFrom(undefined, 'old')
    const end = fc.constantFrom('done', 'failed', 'killed')
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(texts, texts, texts),
        fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
        end,
        async (old, writes, how) => {
          rmSync(folder, { recursive: true, force: true })
          mkdirSync(folder)
          for (const [index, path] of paths.entries()) if (old[index]) write(path, old[index])
          const aside = await setAside(folder, 'churn', paths)
          for (const [index, path] of paths.entries()) if (writes[index]) write(path, 'new')
          expect([...(await aside.written())]).toEqual(paths.filter((_, index) => writes[index]))
          if (how === 'killed') await (await setAside(folder, 'churn', [])).end('done')
          else await aside.end(how as 'done' | 'failed')

          paths.forEach((path, index) => {
            const replaced = writes[index] && (how !== 'failed' || !old[index])
            expect(read(path)).toBe(replaced ? 'new' : old[index])
            const kept = how === 'killed' && writes[index] && old[index]
            expect(read(`.assay-aside-churn/${path}.kept-1`)).toBe(kept ? 'old' : undefined)
          })
        },
      ),
      cases(100),
    )
  })
})
