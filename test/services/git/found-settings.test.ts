import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRepository, type Repository } from '../../../src/services/git/git.ts'
import {
  fetchPrograms,
  mayNameProgram,
  overridesOf,
  overridingVariables,
  parseSettings,
  type Setting,
} from '../../../src/services/git/settings.ts'
import { askedGit } from '../../support/asked-git.ts'
import {
  createRepository,
  gitEnvironment,
  openTestRepository,
  testFolder,
} from '../../support/git-repository.ts'
import { cases } from '../../support/rounds.ts'

/** git is asked for the settings of a repository only where they may name a program; what comes to be meanwhile counts. */

const work = testFolder()
const [ran, program] = [join(work.folder, 'ran'), join(work.folder, 'program')]
const { PATH, commands } = askedGit(work.folder)
const env = { ...gitEnvironment(), PATH }
const template = join(work.folder, 'template')

beforeAll(() => {
  writeFileSync(program, `#!/bin/sh\necho >> '${ran}'\ncat\n`, { mode: 0o755 })
  createRepository(template)
  appendFileSync(join(template, '.git/config'), `;${'-'.repeat(300)}\n`)
  openTestRepository(template).commit('base', {
    '.gitattributes': '*.csv filter=x\n',
    'model/data.csv': 'a\n',
  })
})
afterAll(() => work.remove())

let count = 0
/** A copy of one repository, opened in a folder below its root. */
async function opened(): Promise<{ root: string; folder: string; git: Repository }> {
  const root = join(work.folder, `repository-${++count}`)
  cpSync(template, root, { recursive: true })
  const folder = join(root, 'model')
  return { root, folder, git: (await openRepository(folder, { env }))! }
}

/** All that is done about settings, as if in a partial clone. */
const answersTo = (settings: Setting[]) => [
  ...overridesOf(settings),
  ...Object.keys(overridingVariables(settings)),
  ...fetchPrograms([...settings, { scope: 'global', key: 'remote.x.promisor' }]),
]

const PLANTED = () => `[filter "x"]\n\tclean = ${program}\n`

describe('settings that are planted between two calls', () => {
  /** Each makes git find a filter; below the folder that was opened only where it says so. */
  it.each<[string, (root: string) => void]>([
    ['in the settings file', root => appendFileSync(join(root, '.git/config'), PLANTED())],
    [
      'in as many bytes, with the time of before',
      root => {
        const file = join(root, '.git/config')
        const { atime, mtime } = statSync(file)
        writeFileSync(
          file,
          readFileSync(file, 'utf8').replace(/;-*\n/, line => PLANTED().padEnd(line.length)),
        )
        utimesSync(file, atime, mtime)
      },
    ],
    [
      'in a file that it includes',
      root => {
        writeFileSync(join(root, '.git/more'), PLANTED())
        appendFileSync(join(root, '.git/config'), '[IncludeIf "onbranch:**"]PATH=more')
      },
    ],
    [
      'in those of the working tree',
      root => {
        appendFileSync(join(root, '.git/config'), '[extensions]\n\tworktreeConfig\n')
        writeFileSync(join(root, '.git/config.worktree'), PLANTED())
      },
    ],
    [
      'in a repository that is put in the place of the other',
      root => {
        cpSync(join(root, '.git'), join(root, 'model/.git'), { recursive: true })
        appendFileSync(join(root, 'model/.git/config'), `${PLANTED()}[core]\n\tworktree = ${root}\n`)
      },
    ],
    [
      'in a repository elsewhere that a file names',
      root => {
        renameSync(join(root, '.git'), join(root, 'moved'))
        appendFileSync(join(root, 'moved/config'), `${PLANTED()}[core]\n\tworktree = ${root}\n`)
        writeFileSync(join(root, '.git'), 'gitdir: moved\n')
      },
    ],
    [
      'in a repository elsewhere that a link leads to',
      root => {
        renameSync(join(root, '.git'), join(root, 'moved'))
        appendFileSync(join(root, 'moved/config'), PLANTED())
        symlinkSync('moved', join(root, '.git'))
      },
    ],
    [
      'in a repository elsewhere that shares its settings',
      root => {
        cpSync(join(root, '.git'), join(root, 'moved'), { recursive: true })
        appendFileSync(join(root, 'moved/config'), PLANTED())
        writeFileSync(join(root, '.git/commondir'), '../moved\n')
      },
    ],
    [
      'in the folder itself, made a repository',
      root => {
        cpSync(join(root, '.git'), join(root, 'model'), { recursive: true })
        const config = join(root, 'model/config')
        const text = readFileSync(config, 'utf8').replace('bare = false', 'bare = false\n\tworktree = ..')
        writeFileSync(config, text + PLANTED())
      },
    ],
    [
      'behind a folder that is none',
      root => {
        mkdirSync(join(root, 'model/.git'))
        appendFileSync(join(root, '.git/config'), PLANTED())
      },
    ],
  ])('start no program: %s', async (_, plant) => {
    rmSync(ran, { force: true })
    const { root, folder, git } = await opened()
    expect(await git.isDirty()).toBe(false)
    writeFileSync(join(folder, 'data.csv'), 'b\n')

    plant(root)

    expect(await git.isDirty()).toBe(true)
    expect(existsSync(ran)).toBe(false)
    // The control: git alone does start it.
    openTestRepository(folder).git('status', '--porcelain')
    expect(existsSync(ran)).toBe(true)
  })
})

describe('one process a question', () => {
  it('where no setting may name a program', async () => {
    commands()
    const { git } = await opened()
    await git.headCommit()
    await git.isDirty()

    expect(commands()).toEqual(['rev-parse', 'rev-parse', 'status'])
  })
})

describe('the names that are looked for', () => {
  it('are in every file in which git reads a setting that starts a program, however it is written', () => {
    const cased = (text: string) => fc.mixedCase(fc.constant(text))
    const space = fc.constantFrom('', ' ', '\t', '\n\t', '\r\n', ' # path\n', '\n;"\n')
    const middle = fc.constantFrom('x', 'a.b', 'Ä =', '\\x', '\\"]', 'http://x/')
    const named = fc.oneof(
      ...[
        ['filter', 'x', 'clean', 'smudge', 'process', 'required'],
        ['core', '', 'sshCommand', 'gitProxy', 'askPass', 'alternateRefsCommand', 'attributesFile'],
        ['remote', 'x', 'vcs', 'uploadPack'],
        ['hook', 'x', 'command', 'event'],
        ['lfs', 'extension.x', 'clean', 'smudge'],
        ['lfs', 'CustomTransfer.x', 'path'],
        ['lfs', '', 'standaloneTransferAgent'],
        ['credential', '', 'helper'],
        ['credential', 'x', 'helper'],
      ].map(([section, below, ...names]) =>
        fc.tuple(
          cased(section!),
          below === 'x' ? middle : fc.constant(below!),
          fc.constantFrom(...names).chain(cased),
        ),
      ),
    )
    const file = fc
      .tuple(fc.constantFrom('', '\ufeff', '[core]\n\ta = b \\\n c\n'), named, space, space)
      .map(([start, [section, below, name], before, after]) => {
        const head = below === '' ? `[${section}]` : `[${section} "${below}"]`
        return `${start}${head}${before}${name}${after.includes('\n') ? '' : after}= prog\n`
      })
    // One process for all files: each is a file that another includes.
    const files = fc.sample(file, cases(200))
    const places = files.map((text, at) => {
      const place = join(work.folder, `settings-${at}`)
      writeFileSync(place, text)
      return place
    })
    const all = join(work.folder, 'settings')
    writeFileSync(all, places.map(place => `[include]\n\tpath = ${place}\n`).join(''))

    const listed = execFileSync(
      'git',
      ['config', '--includes', '--null', '--show-origin', '--list', '-f', all],
      {
        env: gitEnvironment(),
        encoding: 'utf8',
      },
    ).split('\0')

    const answered = places.map(place =>
      answersTo(
        parseSettings(
          `${listed
            .flatMap((field, at) => (field === `file:${place}` ? ['local', listed[at + 1]!] : []))
            .join('\0')}\0`,
        ),
      ),
    )
    // Those that no answer is needed for would show nothing.
    expect(files.filter((_, at) => answered[at]!.length === 0)).toEqual([])
    expect(files.filter(text => !mayNameProgram(text))).toEqual([])
  })

  it('are not in what `git clone`, actions/checkout and Git LFS write without one', () => {
    const usual = [
      '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\thooksPath = .husky\n',
      '[remote "origin"]\n\turl = https://github.com/acme/process-path\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n',
      '\tpromisor = true\n\tpartialclonefilter = blob:none\n[branch "clean-up"]\n\tmerge = refs/heads/clean-up\n',
      '[http "https://github.com/"]\n\textraheader = AUTHORIZATION: basic x\n[gc]\n\tauto = 0\n',
      '[lfs]\n\trepositoryformatversion = 0\n[lfs "https://github.com/"]\n\taccess = basic\n',
    ].join('')
    expect(mayNameProgram(usual)).toBe(false)
  })
})
