import { describe, expect, it } from 'vitest'
import { AssayError } from '../../src/core/errors/errors.ts'
import { takeSnapshot } from '../../src/forges/snapshot.ts'
import { rounds } from '../support/rounds.ts'
import { CHURN, type DeployPlace } from './deploy-places.ts'

const IMAGE = 'apps/churn/production/kustomization.yaml'
const RECORD = 'apps/churn/production/model-release.yaml'

/** More than a page of any forge. */
const MANY = 120

const REFUSED = [
  '.git/hooks/pre-commit',
  'a/.GIT/config',
  '.github/workflows/x.yml',
  '.gitlab-ci.yml',
  'Jenkinsfile',
  'CODEOWNERS',
  '../x',
  'a/../b',
  '/etc/passwd',
  'a\0b',
  'git~1/config',
  'a/.git\u200c/config',
  'shortcut/churn/x.yaml',
  'shortcut',
  'apps',
  'README.md/x',
]

/** What every deploy repository promises, run against each of them. */
export function describeDeployRepository(name: string, makePlace: () => Promise<DeployPlace>): void {
  /** One commit for a branch that is not there yet. */
  async function begin() {
    const place = await makePlace()
    const repository = await place.connect()
    const [base] = (await repository.readBranches([place.base])).values()
    const change = {
      branch: `assay/${place.base}`,
      expected: undefined,
      parent: base!.commit,
      message: 'Promote',
    }
    return { place, repository, base: base!, change }
  }

  describe(`${name} keeps the deploy repository's contract`, () => {
    it('reads the heads of branches, and knows one that is not there', async () => {
      const { place, repository, base } = await begin()

      const heads = await repository.readBranches([place.base, 'no/such'])
      const [head, none] = [heads.get(place.base), heads.get('no/such')]

      expect(head).toEqual(base)
      expect(head).toMatchObject({ commit: await place.head(place.base), parents: [] })
      expect(head!.message.trimEnd()).toBe('first')
      expect(none).toBeUndefined()
    })

    it('reads the head of a branch with a file in it at one moment', async () => {
      const { place, repository, base } = await begin()
      const [text] = (await repository.readFiles(base.commit, [RECORD])).values()

      expect(await repository.readHead(place.base, RECORD)).toEqual({ head: base, text })
      expect(await repository.readHead(place.base, 'no/such.yaml')).toEqual({ head: base, text: undefined })
      expect(await repository.readHead('no/such', RECORD)).toBeUndefined()
    })

    it('lists the branches that begin with a prefix, over all pages, and no others', async () => {
      const { place, repository, base } = await begin()
      const mine = (at: number) => `list-${place.base}/model-${String(at).padStart(3, '0')}`
      const names = Array.from({ length: MANY }, (_, at) => mine(at))
      for (const name of names) await place.branch(name, base.commit)
      await place.branch(`other/list-${place.base}/x`, base.commit)

      const listed = await repository.listBranches(`list-${place.base}/`)

      expect(listed.toSorted()).toEqual(names)
      expect(await repository.listBranches(`no/such-${place.base}/`)).toEqual([])
    })

    it('tells the versions of a file, newest first, also those that removed it', async () => {
      const { place, repository, base } = await begin()
      const second = await place.push(place.base, { [RECORD]: 'version: 2\n' })
      await place.push(place.base, { 'README.md': 'other\n' })
      const gone = await place.push(place.base, { [RECORD]: undefined })
      const last = await place.push(place.base, { [RECORD]: 'version: 4\n' })

      const histories = await repository.fileHistory(last, [RECORD, 'no/such.yaml'], 10)
      const versions = histories.get(RECORD)
      const three = (await repository.fileHistory(last, [RECORD], 3)).get(RECORD)

      expect(versions!.map(({ commit, text }) => [commit, text])).toEqual([
        [last, 'version: 4\n'],
        [gone, undefined],
        [second, 'version: 2\n'],
        [base.commit, 'version: 1\n'],
      ])
      const times = versions!.map(({ at }) => at)
      expect(times.every(at => at > Date.parse('2020-01-01'))).toBe(true)
      expect(times).toEqual(times.toSorted((a, b) => b - a))
      expect(histories.get('no/such.yaml')).toEqual([])
      expect(three).toEqual(versions!.slice(0, 3))
    })

    it('tells them all also after a commit before one of them was read by itself', async () => {
      const { place, repository } = await begin()
      const second = await place.push(place.base, { [RECORD]: 'version: 2\n' })
      const last = await place.push(place.base, { 'README.md': 'other\n' })
      const commits = async (at: string) =>
        (await repository.fileHistory(at, [RECORD], 10)).get(RECORD)?.map(({ commit }) => commit)
      const all = await commits(last)

      await repository.readFiles(second, [RECORD])
      const next = await place.push(place.base, { 'README.md': 'another\n' })

      expect(all).toHaveLength(2)
      expect(await commits(last)).toEqual(all)
      expect(await commits(next)).toEqual(all)
    })

    it('tells whether a commit comes after another', async () => {
      const { place, repository, base } = await begin()
      const side = await place.push(`side-${place.base}`, { 'README.md': 'side\n' }, { from: place.base })
      const next = await place.push(place.base, { 'README.md': 'next\n' })

      expect(await repository.contains(next, base.commit)).toBe(true)
      expect(await repository.contains(next, next)).toBe(true)
      expect(await repository.contains(base.commit, next)).toBe(false)
      expect(await repository.contains(side, next)).toBe(false)
      expect(await repository.contains(next, 'f'.repeat(40))).toBe(false)
    })

    it('sees at one moment all that a decision needs', async () => {
      const { place, repository, base, change } = await begin()
      const made = await repository.commitFiles({
        ...change,
        files: [{ path: RECORD, content: 'version: 2\n' }],
      })
      const question = {
        base: place.base,
        commit: base.commit,
        branches: [
          { name: change.branch, file: RECORD, asked: 'first' },
          { name: 'no/such', file: RECORD, asked: 'second' },
        ],
        files: [IMAGE, 'no/such.yaml'],
        histories: [RECORD],
      }

      const snapshot = await takeSnapshot(repository, question)

      const none = { open: undefined, closed: [] }
      expect(snapshot.base).toEqual(base)
      expect(snapshot.branches).toMatchObject([
        {
          asked: 'first',
          head: { commit: made.kind === 'committed' && made.commit },
          text: 'version: 2\n',
          pulls: none,
        },
        { asked: 'second', head: undefined, text: undefined, pulls: none },
      ])
      expect(snapshot.files.get(IMAGE)).toBe(CHURN[IMAGE])
      expect(snapshot.files.get('no/such.yaml')).toBeUndefined()
      expect(snapshot.histories.get(RECORD)!.map(({ text }) => text)).toEqual(['version: 1\n'])
    })

    it('answers many questions at once as it answers each', async () => {
      const { place, repository, base } = await begin()
      const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12\n`
      await place.push(place.base, { [RECORD]: 'version: 2\n', 'big.yaml': pointer })
      await place.push(place.base, { [RECORD]: undefined })
      const commit = await place.push(place.base, { [RECORD]: 'version: 3\n' })
      const [ahead, behindLink] = [`assay/${place.base}/ahead`, `assay/${place.base}/link`]
      await place.push(ahead, { [RECORD]: 'version: 4\n' }, { from: place.base })
      await place.push(behindLink, { [RECORD]: { link: '../x' } }, { from: place.base })
      const question = (
        files: string[],
        branches: { name: string; file: string }[],
        histories = [RECORD],
      ) => ({ base: place.base, commit, files, branches, histories })
      const questions = [
        question([IMAGE, RECORD, 'no/such.yaml'], [{ name: ahead, file: RECORD }]),
        question([RECORD, 'README.md/x'], []),
        question(
          [IMAGE],
          [
            { name: behindLink, file: RECORD },
            { name: ahead, file: 'shortcut/churn/production/model-release.yaml' },
            { name: 'no/such', file: RECORD },
          ],
          ['no/such.yaml', 'README.md'],
        ),
        question(['shortcut'], [{ name: ahead, file: IMAGE }]),
        question(['big.yaml'], []),
        question([], [{ name: ahead, file: 'big.yaml' }], ['big.yaml', RECORD]),
      ]
      const { snapshots, snapshot: _, ...single } = await place.connect()

      const answers = (await snapshots!(questions)).map(said)

      const each = questions.map(one => takeSnapshot(single, one).catch((error: unknown) => error))
      expect(answers).toEqual((await Promise.all(each)).map(said))
      expect(answers.map(answer => ('code' in answer ? answer.code : 'seen'))).toEqual([
        ...['seen', expect.stringMatching(/^FILE_/), 'seen', 'FILE_UNREADABLE', 'FILE_UNREADABLE', 'seen'],
      ])
      expect(base.commit).not.toBe(commit)
      expect(await repository.snapshots!([])).toEqual([])
    })

    it('reads files byte for byte, and knows one that is not there', async () => {
      const { place, repository } = await begin()
      const odd = '\uFEFFa: 1\r\nb: "ä 😀"\r\n\r\n'
      const commit = await place.push(place.base, { 'odd.yaml': odd, empty: '' })

      const texts = await repository.readFiles(commit, ['odd.yaml', RECORD, 'no/such.yaml', 'empty'])

      expect(texts).toEqual(
        new Map([
          ['odd.yaml', odd],
          [RECORD, 'version: 1\n'],
          ['no/such.yaml', undefined],
          ['empty', ''],
        ]),
      )
    })

    it('reads neither links nor folders nor what is behind them', async () => {
      const { repository, base } = await begin()

      for (const path of ['shortcut', 'shortcut/churn/production/model-release.yaml', 'apps', 'README.md/x'])
        await expect(repository.readFiles(base.commit, [path]), path).rejects.toMatchObject({
          code: expect.stringMatching(/^FILE_/),
        })
    })

    it('GT-013: says that a file is only a pointer of Git LFS', async () => {
      const { place, repository } = await begin()
      const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12\n`
      const commit = await place.push(place.base, { 'values.yaml': pointer })

      await expect(repository.readFiles(commit, ['values.yaml'])).rejects.toMatchObject({
        code: 'FILE_UNREADABLE',
        problems: [{ what: expect.stringContaining('Git LFS'), where: { file: 'values.yaml' } }],
      })
    })

    it('lists the files of a folder', async () => {
      const { repository, base } = await begin()

      expect(await repository.listFiles(base.commit, 'apps/churn')).toEqual([IMAGE, RECORD])
      expect(await repository.listFiles(base.commit, 'apps/chu')).toEqual([])
      expect(await repository.listFiles(base.commit, '')).toEqual(Object.keys(CHURN).sort())
    })

    it('makes one commit that holds the parent’s files and the changes, and nothing else', async () => {
      const { place, repository, base, change } = await begin()
      const files = [
        { path: IMAGE, content: 'images: []\r\n' },
        { path: RECORD, content: undefined },
        { path: 'bin/render.sh', content: '#!/bin/sh\nexit\n' },
        { path: 'new/folder/a.yaml', content: '\uFEFFä\n' },
      ]

      const outcome = await repository.commitFiles({ ...change, files })

      const head = (await place.head(change.branch))!
      expect(outcome).toEqual({ kind: 'committed', commit: head })
      expect((await place.commit(head)).parents).toEqual([base.commit])
      expect(await place.files(head)).toEqual({
        'README.md': '# Deploy\n',
        'bin/render.sh': 'executable: #!/bin/sh\nexit\n',
        'new/folder/a.yaml': '\uFEFFä\n',
        shortcut: 'link: apps',
        [IMAGE]: 'images: []\r\n',
      })
    })

    it('GT-018: makes no commit where the parent holds it all', async () => {
      const { place, repository, change } = await begin()
      const files = [
        { path: RECORD, content: 'version: 1\n' },
        { path: 'no/such.yaml', content: undefined },
      ]

      expect(await repository.commitFiles({ ...change, files })).toEqual({ kind: 'empty' })
      expect(await place.head(change.branch)).toBeUndefined()
    })

    it('replaces a commit only where the branch is still at it', async () => {
      const { place, repository, change } = await begin()
      const files = [{ path: RECORD, content: 'version: 2\n' }]
      const first = await repository.commitFiles({ ...change, files })
      const theirs = await place.push(change.branch, { 'by-hand.txt': 'x' })
      const newer = { ...change, files: [{ path: RECORD, content: 'version: 3\n' }] }

      const late = await repository.commitFiles({ ...newer, expected: (first as { commit: string }).commit })
      const creating = await repository.commitFiles(newer)
      const untouched = await place.head(change.branch)
      const seen = await repository.commitFiles({ ...newer, expected: theirs })

      expect([late, creating]).toEqual(Array(2).fill({ kind: 'moved', head: theirs }))
      expect(untouched).toBe(theirs)
      expect(seen).toEqual({ kind: 'committed', commit: await place.head(change.branch) })
    })

    it('does not bring back a branch that somebody deleted', async () => {
      const { repository, change, base } = await begin()
      const files = [{ path: RECORD, content: 'version: 2\n' }]

      const outcome = await repository.commitFiles({ ...change, expected: base.commit, files })

      expect(outcome).toEqual({ kind: 'moved', head: undefined })
    })

    it('CC-003: lets exactly one of two create a branch', { timeout: 240_000 }, async () => {
      const { place, base, change } = await begin()
      const two = [await place.connect(), await place.connect()]
      for (let round = 0; round < rounds(4, 8, 20); round++) {
        const branch = `race-${place.base}/${round}`

        const outcomes = await Promise.all(
          two.map((repository, writer) => {
            const content = `version: ${round}-${writer}\n`
            return repository.commitFiles({ ...change, branch, files: [{ path: RECORD, content }] })
          }),
        )

        const winner = outcomes.findIndex(({ kind }) => kind === 'committed')
        expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['committed', 'moved'])
        const head = (await place.head(branch))!
        expect((await place.files(head))[RECORD]).toBe(`version: ${round}-${winner}\n`)
        expect((await place.commit(head)).parents).toEqual([base.commit])
      }
    })

    it('GT-020: names the branch that stands in the way', async () => {
      const { place, repository, change } = await begin()
      await place.push(`${place.base}x`, {}, { from: place.base })
      await place.push(`${place.base}y/deep/er`, {}, { from: place.base })
      const files = [{ path: RECORD, content: 'version: 2\n' }]
      const create = (branch: string) => repository.commitFiles({ ...change, branch, files })

      for (const [branch, other] of [
        [`${place.base}x/churn`, `${place.base}x`],
        [`${place.base}y/deep`, `${place.base}y/deep/er`],
      ])
        await expect(create(branch!)).rejects.toMatchObject({
          code: 'BRANCH_BLOCKED',
          problems: [{ what: expect.stringContaining(`beside the branch ${other}`) }],
        })
    })

    it('refuses to write where a promotion has no business', async () => {
      const { place, repository, change } = await begin()

      for (const path of REFUSED) {
        const writing = repository.commitFiles({ ...change, files: [{ path, content: 'x' }] })
        await expect(writing, path).rejects.toMatchObject({ code: 'FILE_CHANGE_REFUSED' })
      }
      expect(await place.head(change.branch)).toBeUndefined()
    })

    it('GT-004: takes no name for a branch that git would take for something else', async () => {
      const { place, repository, base, change } = await begin()
      const files = [{ path: RECORD, content: 'version: 2\n' }]

      for (const branch of [
        '+main:refs/heads/prod',
        ':main',
        '--delete',
        'a..b',
        'x y',
        'refs/../x',
        '@{1}',
      ]) {
        await expect(repository.commitFiles({ ...change, branch, files })).rejects.toThrow()
        await expect(repository.readBranches([branch])).rejects.toThrow()
      }
      expect(await place.head(place.base)).toBe(base.commit)
      expect(await place.head('prod')).toBeUndefined()
    })

    it('moves a branch ahead, and never back or off', async () => {
      const { place, repository, base, change } = await begin()
      const files = [{ path: RECORD, content: 'version: 2\n' }]
      const made = (await repository.commitFiles({ ...change, files })) as { commit: string }
      const move = { branch: place.base, from: base.commit, to: made.commit }

      expect(await repository.moveBranch(move)).toEqual({ kind: 'done' })
      expect(await repository.moveBranch(move)).toEqual({ kind: 'done' })
      await expect(
        repository.moveBranch({ branch: place.base, from: made.commit, to: base.commit }),
      ).rejects.toThrow()
      const theirs = await place.push(place.base, { x: 'y' })
      expect(await repository.moveBranch({ ...move, from: made.commit })).toEqual({
        kind: 'moved',
        head: theirs,
      })
      expect(await place.head(place.base)).toBe(theirs)
    })

    it('makes a branch at a commit where there is none', async () => {
      const { place, repository, base, change } = await begin()
      const create = { branch: change.branch, from: undefined, to: base.commit }

      expect(await repository.moveBranch(create)).toEqual({ kind: 'done' })
      expect(await place.head(change.branch)).toBe(base.commit)
      const theirs = await place.push(change.branch, { x: 'y' })
      expect(await repository.moveBranch(create)).toEqual({ kind: 'moved', head: theirs })
      expect(await place.head(change.branch)).toBe(theirs)
    })

    it('deletes a branch only where it is still at the commit', async () => {
      const { place, repository, base, change } = await begin()
      const files = [{ path: RECORD, content: 'version: 2\n' }]
      const made = (await repository.commitFiles({ ...change, files })) as { commit: string }
      const remove = (from: string) => repository.moveBranch({ branch: change.branch, from, to: undefined })

      expect(await remove(base.commit)).toEqual({ kind: 'moved', head: made.commit })
      expect(await remove(made.commit)).toEqual({ kind: 'done' })
      expect(await remove(made.commit)).toEqual({ kind: 'done' })
      expect(await place.head(change.branch)).toBeUndefined()
    })
  })
}

// --- internal ---

/** An answer, or what an error says. */
function said(answer: unknown): object {
  if (answer instanceof AssayError) return { code: answer.code, problems: answer.problems }
  if (answer instanceof Error) throw answer
  return answer as object
}
