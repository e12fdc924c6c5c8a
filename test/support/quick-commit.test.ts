import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { ADA, createRepository, openTestRepository, testFolder } from './git-repository.ts'
import { quickCommits } from './quick-commit.ts'
import { rounds } from './rounds.ts'

const { folder, remove } = testFolder()
afterAll(remove)
let count = 0
const PERSON = `${ADA.name} <${ADA.email}> ${ADA.at}`

const PATH = fc.constantFrom('a', 'a/b', 'a/b/c', 'a-b', 'ab', 'a.b', 'ü/x', 'skip', 'deep/skip', 'deep/kept')
const CONTENT = fc.oneof(
  fc.constantFrom('', 'x\n', 'y\r\n'),
  fc.constant({ link: 'a' }),
  fc.constant(undefined),
)
const FILES = fc.dictionary(PATH, CONTENT, { maxKeys: 5 })

describe('a commit without a process', () => {
  it('is the one that git makes of the same files, and git finds nothing to do after it', () => {
    fc.assert(
      fc.property(fc.array(FILES, { minLength: 1, maxLength: 4 }), steps => {
        const quick = createRepository(join(folder, `quick-${++count}`))
        createRepository(join(folder, `git-${count}`))
        const slow = openTestRepository(join(folder, `git-${count}`))
        const ignore = { '.gitignore': '# not these\n/skip\nkept/\n' }
        const all = [ignore, ...steps.map(whole)]
        const commits = all.map((files, at) => [
          quick.commit(`step ${at}`, files),
          slow.commit(`step ${at}`, files),
        ])

        for (const [ours, gits] of commits) expect(ours).toBe(gits)
        expect(quick.git('ls-files', '--stage', '--debug').replace(/\n {2}.*/g, '')).toBe(
          slow.git('ls-files', '--stage', '--debug').replace(/\n {2}.*/g, ''),
        )
        expect(quick.git('diff-files')).toBe('')
        expect(quick.git('status', '--porcelain')).toBe('')
        expect(quick.git('log', '--walk-reflogs', '--format=%gs')).toBe(
          slow.git('log', '--walk-reflogs', '--format=%gs'),
        )
        expect(quick.git('fsck', '--strict', '--full')).toBe('')
      }),
      { numRuns: rounds(2, 10) },
    )
  })

  it('knows of a file that may be run, and of one that changed where it lies', () => {
    const repository = createRepository(join(folder, 'modes'))
    const first = repository.commit('first', { run: '#!/bin/sh\n', other: 'x' })
    chmodSync(join(repository.folder, 'run'), 0o755)
    writeFileSync(join(repository.folder, 'other'), 'y')
    const second = repository.commit('second', {})

    const listed = (commit: string) => repository.git('ls-tree', commit).replaceAll(/ blob \w+/g, '')
    expect(listed(first)).toBe('100644\tother\n100644\trun')
    expect(listed(second)).toBe('100644\tother\n100755\trun')
    expect(repository.git('show', 'HEAD:other')).toBe('y')
  })

  it.each<[string, Record<string, string>, string?, string[]?]>([
    ['a message that git would clean', {}, 'two\n\n\nlines '],
    ['patterns', { '.gitignore': '*.log\n' }],
    ['attributes', { '.gitattributes': '* text=auto\n' }],
    ['a module', { 'module/.git/HEAD': 'ref: refs/heads/main\n' }],
    ['settings of its own', {}, undefined, ['config', 'core.autocrlf', 'true']],
    ['what somebody staged', {}, undefined, ['rm', '--cached', '--quiet', 'a']],
    ['another branch', {}, undefined, ['checkout', '--quiet', '-b', 'other']],
    ['a merge', {}, undefined, ['update-ref', 'MERGE_HEAD', 'HEAD']],
  ])('leaves to git: %s', (_, files, message = 'second', before) => {
    const own = join(folder, `left-${++count}`)
    createRepository(own)
    const quick = quickCommits(own)
    openTestRepository(own, quick).commit('first', { a: 'x' })
    if (before) openTestRepository(own).git(...before)
    for (const [path, content] of Object.entries(files)) {
      // As `commit` would, which would then go on.
      openTestRepository(own, { commit: () => 'none' }).commit('none', { [path]: content })
    }

    expect(quick.commit(message, PERSON)).toBe(undefined)
    expect(quick.commit('later', PERSON)).toBe(undefined)
  })
})

/** Where one path is a folder of another, it is the folder. */
function whole<T>(files: Record<string, T>): Record<string, T> {
  const paths = Object.keys(files)
  const isFolder = (path: string) => paths.some(other => other.startsWith(`${path}/`))
  return Object.fromEntries(Object.entries(files).filter(([path]) => !isFolder(path)))
}
