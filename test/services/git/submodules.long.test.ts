import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRepository } from '../../../src/services/git/git.ts'
import {
  createRepository,
  gitEnvironment,
  openTestRepository,
  type TestRepository,
  testFolder,
} from '../../support/git-repository.ts'

/** Changes inside submodules are seen, and nothing that a submodule's own settings name is started to see them. */

const work = testFolder()
const [ran, program] = [join(work.folder, 'ran'), join(work.folder, 'program')]
const template = join(work.folder, 'template')
const FILES = { '.gitattributes': '*.csv filter=x\n', 'data.csv': 'a\n' }

beforeAll(() => {
  writeFileSync(program, `#!/bin/sh\necho >> '${ran}'\ncat\n`, { mode: 0o755 })
  const served = (name: string) => createRepository(join(work.folder, name))
  const add = (to: TestRepository, url: string, path: string) =>
    to.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', url, path)
  const inner = served('inner')
  inner.commit('inner', FILES)
  const outer = served('outer')
  add(outer, inner.url, 'deep/inner')
  outer.commit('outer', FILES)
  const repository = createRepository(template)
  add(repository, outer.url, 'lib')
  repository.commit('base', { 'model/train.py': 'print(1)\n', 'model/readme.md': 'x\n' })
  repository.git(
    '-c',
    'protocol.file.allow=always',
    'submodule',
    '--quiet',
    'update',
    '--init',
    '--recursive',
  )
})
afterAll(() => work.remove())

let count = 0
/** A copy of it, and what is not committed there, as seen from a folder of it. */
function copied() {
  const root = join(work.folder, `repository-${++count}`)
  cpSync(template, root, { recursive: true, verbatimSymlinks: true })
  rmSync(ran, { force: true })
  return {
    root,
    write: (path: string, text: string) => writeFileSync(join(root, path), text),
    async uncommitted(named: string[] = [], folder = '.') {
      const git = await openRepository(join(root, folder), { env: gitEnvironment() })
      return git!.uncommitted(named)
    },
  }
}

describe('settings that are planted in a submodule', () => {
  const PLANTED = () => `[filter "x"]\n\tclean = ${program}\n\tprocess = ${program}\n`

  it.each<[string, string, (root: string) => void]>([
    ['of the repository', 'lib', root => appendFileSync(join(root, '.git/modules/lib/config'), PLANTED())],
    [
      'of a submodule',
      'lib/deep/inner',
      root => appendFileSync(join(root, '.git/modules/lib/modules/deep/inner/config'), PLANTED()),
    ],
    [
      'in a file that they include',
      'lib',
      root => {
        writeFileSync(join(root, '.git/modules/lib/more'), PLANTED())
        appendFileSync(join(root, '.git/modules/lib/config'), '[include]\n\tpath = more\n')
      },
    ],
    [
      'that holds its repository itself',
      'lib',
      root => {
        rmSync(join(root, 'lib/.git'))
        cpSync(join(root, '.git/modules/lib'), join(root, 'lib/.git'), { recursive: true })
        const config = join(root, 'lib/.git/config')
        writeFileSync(config, readFileSync(config, 'utf8').replace(/\tworktree = .*\n/, '') + PLANTED())
      },
    ],
  ])('start no program: %s', async (_, path, plant) => {
    const { root, write, uncommitted } = copied()
    plant(root)
    write(`${path}/data.csv`, 'b\n')

    expect(await uncommitted()).toEqual([`${path}/data.csv`])

    expect(existsSync(ran)).toBe(false)
    // The control: git alone does start it.
    openTestRepository(root).git('diff', '--name-only', 'HEAD')
    expect(existsSync(ran)).toBe(true)
  })

  it('start none either where the repository asks git to go into them', async () => {
    const { root, write, uncommitted } = copied()
    const { git } = openTestRepository(root)
    for (const [key, value] of Object.entries({
      'submodule.recurse': 'true',
      'fetch.recurseSubmodules': 'true',
      'status.submoduleSummary': 'true',
      'diff.submodule': 'diff',
      'diff.ignoreSubmodules': 'none',
      'submodule.lib.ignore': 'none',
      'submodule.lib.update': `!${program}`,
    }))
      git('config', key, value)
    appendFileSync(join(root, '.git/modules/lib/config'), PLANTED())
    write('lib/data.csv', 'b\n')
    const repository = (await openRepository(root, { env: gitEnvironment() }))!
    const head = (await repository.headCommit())!

    await repository.isDirty()
    await repository.changedFiles(head, head)
    await repository.baseCommit({ baseRef: 'main' })
    await repository.withWorktree(head, async () => 1)

    expect(await uncommitted()).toEqual(['lib/data.csv'])
    expect(existsSync(ran)).toBe(false)
  })
})

describe('what is not committed in submodules', () => {
  it('is nothing where nothing changed, or where they are not checked out', async () => {
    const { root, uncommitted } = copied()
    expect(await uncommitted(['lib/data.csv'])).toEqual([])

    openTestRepository(root).git('submodule', '--quiet', 'deinit', '--force', 'lib')
    expect(await uncommitted(['lib/data.csv'])).toEqual([])
  })

  it.each<[string, (root: string) => void, string[]]>([
    ['a file', root => writeFileSync(join(root, 'lib/data.csv'), 'b\n'), ['lib/data.csv']],
    ['a file that is gone', root => rmSync(join(root, 'lib/data.csv')), ['lib/data.csv']],
    [
      'a file in each',
      root => {
        for (const path of ['model/train.py', 'lib/data.csv', 'lib/deep/inner/data.csv'])
          writeFileSync(join(root, path), 'b\n')
      },
      ['lib/data.csv', 'lib/deep/inner/data.csv', 'model/train.py'],
    ],
    [
      'another commit',
      root => openTestRepository(join(root, 'lib')).commit('more', { 'data.csv': 'b\n' }),
      ['lib'],
    ],
    [
      'another commit, though its settings say that it does not count',
      root => {
        openTestRepository(root).git('config', 'submodule.lib.ignore', 'all')
        openTestRepository(join(root, 'lib/deep/inner')).commit('more', { 'data.csv': 'b\n' })
      },
      ['lib/deep/inner'],
    ],
    [
      'a script that git does not have',
      root => writeFileSync(join(root, 'lib/eval.py'), '1'),
      ['lib/eval.py'],
    ],
    ['a file that nobody names', root => writeFileSync(join(root, 'lib/notes.txt'), '1'), []],
    [
      'an empty folder where its repository was',
      root => {
        rmSync(join(root, 'lib/.git'))
        mkdirSync(join(root, 'lib/.git'))
      },
      ['lib'],
    ],
    ['a repository that is gone', root => rmSync(join(root, '.git/modules'), { recursive: true }), ['lib']],
    [
      'a link in its place',
      root => {
        rmSync(join(root, 'lib'), { recursive: true })
        symlinkSync(template, join(root, 'lib'))
      },
      ['lib'],
    ],
  ])('is told: %s', async (_, change, expected) => {
    const { root, uncommitted } = copied()
    change(root)

    expect(await uncommitted(['lib/eval.py'])).toEqual(expected)
  })

  it('is told by its path from a folder of the repository', async () => {
    const { write, uncommitted } = copied()
    write('lib/data.csv', 'b\n')
    write('model/readme.md', 'y\n')

    expect(await uncommitted([], 'model')).toEqual([':/lib/data.csv', 'readme.md'])
  })
})
