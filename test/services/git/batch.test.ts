import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { gitClient } from '../../../src/services/git/client.ts'
import { createRepository, gitEnvironment, testFolder } from '../../support/git-repository.ts'
import { cases } from '../../support/rounds.ts'

const { folder, remove } = testFolder()
afterAll(remove)

describe('reading many objects in one process', () => {
  const repository = createRepository(`${folder}/many`)
  const git = gitClient(repository.folder, { env: gitEnvironment(), silenceMs: 30_000, settings: 'theirs' })

  it('gives what was committed, in the order asked for, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom('a', '\n', ' ', '9', 'ä', '\0', '😀'), maxLength: 400 }), {
          minLength: 1,
          maxLength: 20,
        }),
        async texts => {
          const files = Object.fromEntries(texts.map((text, at) => [`f${at}`, text]))
          const commit = repository.commit('texts', files)

          const names = texts.map((_, at) => `${commit}:f${at}`).toReversed()
          const objects = await git.objects([...names, ...names], 1_000_000)

          const decoded = objects.map(bytes => new TextDecoder().decode(bytes as Uint8Array))
          expect(decoded).toEqual([...texts.toReversed(), ...texts.toReversed()])
        },
      ),
      cases(5),
    )
  })

  it('passes over what is too large and what is not there, and gives what comes after', async () => {
    const commit = repository.commit('sizes', { large: 'x'.repeat(300_000), exact: 'y'.repeat(100), b: 'b' })

    const objects = await git.objects(
      [`${commit}:large`, `${commit}:exact`, `${commit}:none`, '0'.repeat(40), `${commit}:b`],
      100,
    )

    expect(objects.map(one => (typeof one === 'string' ? one : Buffer.from(one).toString()))).toEqual([
      'too_large',
      'y'.repeat(100),
      'missing',
      'missing',
      'b',
    ])
  })

  it('starts no git for nothing, and says in git’s words why it cannot', async () => {
    const nowhere = gitClient(folder, { env: gitEnvironment(), silenceMs: 30_000, settings: 'theirs' })

    expect(await nowhere.objects([], 100)).toEqual([])
    await expect(nowhere.objects(['0'.repeat(40)], 100)).rejects.toMatchObject({
      code: 'GIT_FAILED',
      problems: [{ what: expect.stringContaining('not a git repository') }],
    })
  })

  it('takes no name for two', async () => {
    await expect(git.objects(['HEAD\nHEAD'], 100)).rejects.toThrow(RangeError)
  })
})
