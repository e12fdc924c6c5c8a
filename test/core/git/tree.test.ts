import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import {
  blobId,
  changedTree,
  entriesIn,
  entriesOf,
  type Folders,
  kindOf,
  treeId,
} from '../../../src/core/git/tree.ts'
import { createRepository, type TestRepository, testFolder } from '../../support/git-repository.ts'
import { cases } from '../../support/rounds.ts'

const { folder, remove } = testFolder()
afterAll(remove)
let count = 0

/** Every folder of a commit, read by git. */
function foldersOf(repository: TestRepository, commit: string): Folders {
  const folders = new Map<string, { name: string; mode: string; id: string }[]>([['', []]])
  for (const line of repository.git('ls-tree', '-r', '-t', '-z', commit).split('\0').filter(Boolean)) {
    const [, mode, id, path] = /^(\d+) \w+ (\w+)\t(.*)$/s.exec(line)!
    const at = path!.lastIndexOf('/')
    const above = path!.slice(0, Math.max(0, at))
    folders.set(above, [...(folders.get(above) ?? []), { name: path!.slice(at + 1), mode: mode!, id: id! }])
  }
  return folders
}

const NAMES = ['a', 'a.b', 'a-b', 'ab', 'Ä', '😀', 'z.yaml']
const path = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }).map(parts => parts.join('/'))
const changes = fc
  .uniqueArray(fc.record({ path, content: fc.option(fc.string(), { nil: undefined }) }), {
    selector: change => change.path,
    maxLength: 6,
  })
  .map(all => all.filter(({ path }) => !all.some(other => other.path.startsWith(`${path}/`))))

describe('a tree', () => {
  it('has the id that git gives it, with and without changes', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(changes, changes, (first, then) => {
        const repository = createRepository(`${folder}/${++count}`)
        const filesOf = (all: typeof first) => Object.fromEntries(all.map(one => [one.path, one.content]))
        const before = repository.commit('before', { ...filesOf(first), 'root.txt': 'x' })
        const folders = foldersOf(repository, before)
        // What is a file is no folder: such changes are refused before.
        const fitting = then.filter(
          change =>
            !first.some(
              ({ path }) => path.startsWith(`${change.path}/`) || change.path.startsWith(`${path}/`),
            ),
        )

        const { tree, changed, objects } = changedTree(folders, fitting)
        const after = repository.commit('after', filesOf(fitting))

        expect(treeId(folders.get('')!)).toBe(repository.git('rev-parse', `${before}^{tree}`))
        expect(tree).toBe(repository.git('rev-parse', `${after}^{tree}`))
        expect(changed.length > 0).toBe(tree !== treeId(folders.get('')!))
        const trees = objects.filter(({ type }) => type === 'tree')
        expect(trees.map(({ bytes }) => treeId(entriesOf(bytes, 'sha1')))).toEqual(trees.map(({ id }) => id))
        const made = repository.git('rev-list', '--objects', '--no-object-names', after, `^${before}`)
        expect([after, ...objects.map(({ id }) => id)]).toEqual(expect.arrayContaining(made.split('\n')))
      }),
      cases(25),
    )
  })

  it.each(['sha1', 'sha256'] as const)(
    'keeps executable files and links, and tells what is what (%s)',
    format => {
      const repository = createRepository(`${folder}/kinds-${format}`, format)
      repository.commit('first', { 'bin/run.sh': 'a', 'x/y': 'b', link: { link: 'x' } })
      repository.git('update-index', '--chmod=+x', 'bin/run.sh')
      repository.git('commit', '--quiet', '-m', 'executable')
      const folders = foldersOf(repository, 'HEAD')

      const { tree } = changedTree(folders, [
        { path: 'bin/run.sh', content: 'changed' },
        { path: 'x/y', content: undefined },
      ])
      repository.commit('changed', { 'bin/run.sh': 'changed', 'x/y': undefined })
      repository.git('update-index', '--chmod=+x', 'bin/run.sh')
      repository.git('commit', '--quiet', '--amend', '--no-edit', '--allow-empty')

      expect(tree).toBe(repository.git('rev-parse', 'HEAD^{tree}'))
      const kinds = entriesIn(folders, ['bin/run.sh', 'link', 'x/y', 'x/none'])
      expect([...kinds].map(([at, entry]) => [at, kindOf(entry)])).toEqual([
        ['x', 'folder'],
        ['bin', 'folder'],
        ['bin/run.sh', 'executable'],
        ['link', 'link'],
        ['x/y', 'file'],
      ])
    },
  )

  it('is not made where a folder that is there is not given: its files would be gone', () => {
    const repository = createRepository(`${folder}/lacking`)
    repository.commit('first', { 'a/b': 'b', 'a/c': 'c' })
    const folders = new Map([...foldersOf(repository, 'HEAD')].filter(([path]) => path !== 'a'))

    expect(() => changedTree(folders, [{ path: 'a/b', content: 'new' }])).toThrow('a is not given')
  })

  it('is read from its bytes, and what is cut off is none', () => {
    const repository = createRepository(`${folder}/bytes`)
    repository.commit('first', { a: 'ä', 'b/ö': 'x' })
    const [entries] = foldersOf(repository, 'HEAD').values()
    const { objects } = changedTree(new Map([['', []]]), [
      { path: 'a', content: 'ä' },
      { path: 'b/ö', content: 'x' },
    ])
    const { bytes } = objects.at(-1)!

    const read = entriesOf(bytes, 'sha1')
    expect(read).toEqual(entries!.map(one => ({ ...one, mode: one.mode.replace(/^0/, '') })))
    expect(() => entriesOf(bytes.subarray(0, -1), 'sha1')).toThrow(RangeError)
  })

  it('knows a text by its id', () => {
    const repository = createRepository(`${folder}/blob`)
    repository.commit('first', { a: 'ä\n' })

    expect(blobId(Buffer.from('ä\n'))).toBe(repository.git('rev-parse', 'HEAD:a'))
  })
})
