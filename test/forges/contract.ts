import { describe, expect, it } from 'vitest'
import { type Forge, isRefusal } from '../../src/forges/forge.ts'

/** A fresh pull request on a forge that runs here, and a way to look at it that is not the forge under test. */
export interface Place {
  forge: Forge
  /** Account that the forge's token writes as. */
  author: string
  pullRequest: number
  commit: string
  /** A file on the default branch. */
  file: { path: string; ref: string; text: string }
  writeComment(body: string): Promise<unknown>
  readComments(): Promise<{ id: number; body: string }[]>
  /** Absent where the forge has no checks. */
  readCheck?(id: number): Promise<{ conclusion: string | null; title: string }>
  readStatus(context: string): Promise<string | undefined>
  /** Somebody merges the pull request. Returns the commit that it became. */
  merge(): Promise<string>
}

/** What every forge promises, run against each of them. */
export function describeForge(name: string, makePlace: () => Promise<Place>): void {
  describe(`${name} keeps the forge contract`, () => {
    it('writes a comment as it is and names its author', async () => {
      const { forge, pullRequest, author, readComments } = await makePlace()
      const body = '- [ ] task\n- [x] done\n\n$x_1$ and `a | b` <!-- kept --> 😀 ünï\r\nlast line'

      const comment = await forge.createComment(pullRequest, body)

      expect(comment).toMatchObject({ body, author })
      expect(comment.url).toMatch(/^https?:/)
      expect(await readComments()).toMatchObject([{ id: comment.id, body }])
    })

    it('lists 250 comments over all pages, oldest first', async () => {
      const { forge, pullRequest, writeComment } = await makePlace()
      for (let count = 0; count < 250; count++) await writeComment(`comment ${count}`)

      const comments = await forge.listComments(pullRequest)

      expect(comments.map(comment => comment.body)).toEqual(
        Array.from({ length: 250 }, (_, count) => `comment ${count}`),
      )
    })

    it('updates a comment in place', async () => {
      const { forge, pullRequest, readComments } = await makePlace()
      const { id } = await forge.createComment(pullRequest, 'before')

      const updated = await forge.updateComment(id, 'after')

      expect(updated).toMatchObject({ id, body: 'after' })
      expect(await readComments()).toMatchObject([{ id, body: 'after' }])
    })

    it('says that a comment is gone, and deletes twice as well as once', async () => {
      const { forge, pullRequest, readComments } = await makePlace()
      const { id } = await forge.createComment(pullRequest, 'short-lived')

      await forge.deleteComment(id)
      await forge.deleteComment(id)

      expect(await forge.updateComment(id, 'too late')).toBeUndefined()
      expect(await readComments()).toEqual([])
    })

    it('completes a check, with more annotations and text than one request takes, or has no checks at all', async () => {
      const { forge, commit, readCheck } = await makePlace()
      const opening = {
        name: 'assay',
        commit,
        externalId: '1.1/model',
        title: 'Training',
        summary: 'has begun',
      }

      const check = await forge.createCheck(opening)
      if (isRefusal(check)) {
        expect([check.usual, readCheck]).toEqual([true, undefined])
        return
      }
      const annotations = Array.from({ length: 120 }, (_, line) => ({
        path: 'assay.yml',
        line: line + 1,
        level: 'warning' as const,
        message: 'look here',
        title: 'gate',
      }))
      const text = '😀'.repeat(50_000)
      await forge.updateCheck(check.id, {
        conclusion: 'failure',
        title: 'Fail',
        summary: text,
        text,
        annotations,
      })

      expect(await readCheck?.(check.id)).toEqual({ conclusion: 'failure', title: 'Fail' })
    })

    it('sets a status, whose last word counts', async () => {
      const { forge, commit, readStatus } = await makePlace()

      await forge.setStatus({ commit, context: 'assay', state: 'pending', description: 'training' })
      await forge.setStatus({ commit, context: 'assay', state: 'success', description: 'pass '.repeat(100) })

      expect(await readStatus('assay')).toBe('success')
    })

    it('knows the pull request that brought a commit, once it is merged', async () => {
      const { forge, pullRequest, commit, merge } = await makePlace()

      const [before, open] = [await forge.pullRequestOf(commit), await forge.pullsAt(commit)]
      const merged = await merge()

      expect([before, open]).toEqual([
        undefined,
        [{ number: pullRequest, base: 'main', isOpen: true, fromFork: false }],
      ])
      expect((await forge.pullsAt(commit)).filter(({ isOpen }) => isOpen)).toEqual([])
      expect(await forge.pullsAt('f'.repeat(40))).toEqual([])
      expect(await forge.pullRequestOf(commit)).toBe(pullRequest)
      expect(await forge.pullRequestOf(merged)).toBe(pullRequest)
      expect(await forge.pullRequestOf('f'.repeat(40))).toBeUndefined()
    })

    it('reads a file, and knows one that is not there', async () => {
      const { forge, file } = await makePlace()

      expect(await forge.readFile(file.path, file.ref)).toBe(file.text)
      expect(await forge.readFile('no/such/file.yml', file.ref)).toBeUndefined()
    })
  })
}
