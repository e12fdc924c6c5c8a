import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { gitClient } from '../../../src/services/git/client.ts'
import { gitEnvironment, testFolder } from '../../support/git-repository.ts'

const { folder, remove } = testFolder()
afterAll(remove)

/** A program that stays until the tests are over. */
const LEFT = `while [ -e '${folder}' ]; do sleep 0.1; done`

describe('how git ends', () => {
  it('is not waited for where a program that it started keeps its errors open', async () => {
    const git = gitThat(`${LEFT} >/dev/null & echo answer`)

    expect(await git.text('rev-parse')).toBe('answer\n')
  })

  it('is told where it hangs', async () => {
    const git = gitThat('exec sleep 1000', 300)

    await expect(git.text('rev-parse')).rejects.toMatchObject(failed('git printed nothing for 0.3 s'))
  })

  it.each([
    ['echo half; kill -9 $$', 'git was ended by a signal'],
    ['echo half; exit 3', 'git ended with exit code 3'],
    ['exit 3', 'git ended with exit code 3'],
    ['echo half; echo "fatal: no such thing" >&2; exit 3', 'fatal: no such thing'],
  ])('is told: %s', async (script, what) => {
    await expect(gitThat(script).text('rev-parse')).rejects.toMatchObject(failed(what))
  })

  // A wait after each call that prints nothing was a quarter of a promotion.
  it('is known at once also where it prints nothing', async () => {
    const git = gitThat('exit 0')
    const timers: number[] = []
    const { setTimeout: original } = globalThis
    globalThis.setTimeout = ((work: () => void, ms?: number) => {
      // A test before this one may have left a timer of its own.
      if (new Error().stack?.includes('simple-git')) timers.push(ms ?? 0)
      return original(work, ms)
    }) as typeof setTimeout
    try {
      expect(await git.text('update-ref')).toBe('')
    } finally {
      globalThis.setTimeout = original
    }

    // One is for output that another program keeps open, and nothing waits for it here; a second one would be waited for.
    expect(timers.filter(ms => ms === 50)).toHaveLength(1)
  })

  it('knows a folder that is not there from a git that is not', async () => {
    const client = (where: string, PATH: string) =>
      gitClient(where, { env: { ...gitEnvironment(), PATH }, silenceMs: 30_000, settings: 'ours' })
    const { PATH = '' } = process.env

    await expect(client(join(folder, 'none'), PATH).text('status')).rejects.toMatchObject(
      failed('there is no folder'),
    )
    await expect(client(folder, '/nonexistent').text('status')).rejects.toMatchObject({ code: 'GIT_MISSING' })
  })
})

function failed(what: string): object {
  return { code: 'GIT_FAILED', problems: [{ what: expect.stringContaining(what) }] }
}

function gitThat(script: string, silenceMs = 30_000) {
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'git'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  const PATH = `${bin}:${process.env.PATH}`
  return gitClient(folder, { env: { ...gitEnvironment(), PATH }, silenceMs, settings: 'ours' })
}
