import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { createBare, openTestRepository, testFolder } from '../support/git-repository.ts'
import { bareRepository } from '../support/gitlab-git.ts'
import { cases } from '../support/rounds.ts'

const { folder, remove } = testFolder()
afterAll(remove)
let count = 0

const PATHS = ['a', 'a.b', 'a-b/c', 'd/e/f', 'd/e.txt', 'd/g', 'ü/x y']
const step = fc.record({
  from: fc.nat(),
  other: fc.option(fc.nat(), { nil: undefined }),
  path: fc.constantFrom(...PATHS),
  content: fc.option(fc.constantFrom('1\n', '2\n', ''), { nil: undefined }),
  mode: fc.constantFrom('100644', '100755', '120000'),
})

describe('a repository that is read and written where it lies', () => {
  it('holds what git finds in it: trees, files, histories, branches', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('sha1' as const, 'sha256' as const),
        fc.array(step, { minLength: 1, maxLength: 8 }),
        (format, steps) => {
          const at = join(folder, `${++count}.git`)
          createBare(at, format)
          let second = 1_700_000_000
          const person = { name: 'Ada', email: 'ada@example.com', at: `${second++} +0100` }
          const bare = bareRepository(at, person, format)
          const commits = [bare.write(undefined, 'first\n', file('a', '0\n', '100644'))]
          for (const { from, other, path, content, mode } of steps) {
            person.at = `${second++} -0330`
            const [one, two] = [from, other].map(nth => nth !== undefined && commits[nth % commits.length])
            const made =
              two && two !== one
                ? bare.merge(one as string, two, 'merge\n')
                : bare.write(one as string, `changes ${path}\n`, file(path, content, mode))
            if (made) commits.push(made)
          }
          const last = commits.at(-1)!
          expect(bare.move('main', undefined, last)).toBe(true)
          expect(bare.move('x/y', undefined, commits[0]!)).toBe(true)

          const { git } = openTestRepository(at)
          git('fsck', '--strict', '--no-dangling')
          git('pack-refs', '--all')
          expect(bare.branches()).toEqual([
            { name: 'main', commit: last },
            { name: 'x/y', commit: commits[0] },
          ])
          expect(
            bare.tree(last, '', true)!.map(({ mode, type, id, path }) => [mode, type, id, path]),
          ).toEqual(rows(git('ls-tree', '-r', '-t', '-z', last)))
          expect(bare.commit(last)).toMatchObject({
            message: expect.stringContaining(git('show', '-s', '--format=%s', last)),
            at: git('show', '-s', '--format=%cI', last),
          })
          expect(bare.history(last, undefined)).toEqual(git('log', '--format=%H', last).split('\n'))
          for (const path of PATHS) {
            const found = git('log', '--format=%H', last, '--', path).split('\n').filter(Boolean)
            expect(bare.history(last, path)).toEqual(found)
            const content = bare.file(last, path)
            if (content) expect(git('rev-parse', `${last}:${path}`)).toBe(content.id)
          }
          git('gc', '--quiet')
          expect(bareRepository(at, person, format).commit(last)).toEqual(bare.commit(last))
        },
      ),
      cases(4),
    )
  })
})

// --- internal ---

function file(path: string, content: string | undefined, mode: string) {
  return new Map([[path, content === undefined ? undefined : { mode, bytes: Buffer.from(content) }]])
}

function rows(listed: string): string[][] {
  return listed
    .split('\0')
    .filter(Boolean)
    .map(line => /^(\d+) (\w+) (\w+)\t(.*)$/s.exec(line)!.slice(1))
}
