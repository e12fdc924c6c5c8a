import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { lockFiles, STALE_MS } from '../../../src/services/locks/lock-files.ts'
import { testFolder } from '../../support/git-repository.ts'

const { folder, remove } = testFolder()
afterAll(remove)

const NOW = 1_800_000_000_000
let place: string
let count = 0
beforeEach(() => {
  place = join(folder, `${count++}`)
})
const file = () => join(place, 'assay-churn.lock')
const locks = (now = () => NOW) => lockFiles(place, now)

/** As another process has left it. */
async function held(holder: object | string, renewed = NOW): Promise<void> {
  const mine = locks()
  await mine.claim('churn')
  writeFileSync(file(), typeof holder === 'string' ? holder : JSON.stringify(holder))
  utimesSync(file(), renewed / 1000, renewed / 1000)
}

describe('a lock', () => {
  it('is mine until I give it up, and no file is left', async () => {
    const mine = locks()

    expect(await mine.claim('churn')).toBe('mine')
    expect(await mine.claim('churn')).toBe('mine')
    expect(await mine.renew()).toEqual([])
    await mine.release()

    expect(readdirSync(place)).toEqual([])
  })

  it.each([
    ['another machine', { host: 'other', pid: 7, since: 1 }, NOW, 'process 7 on other'],
    [
      'a process that runs here',
      { host: hostname(), pid: process.ppid, since: 1 },
      NOW,
      `process ${process.ppid} on ${hostname()}`,
    ],
    ['a process whose file is not whole yet', '{"host":', NOW, 'process unknown on an unknown machine'],
    [
      'another machine that has not renewed it for long',
      { host: 'other', pid: 7, since: 1 },
      NOW - STALE_MS,
      'mine',
    ],
    ['a process that is gone', { host: hostname(), pid: 2 ** 22 + 7, since: 1 }, NOW, 'mine'],
    ['an earlier life of this container', { host: hostname(), pid: process.pid, since: 1 }, NOW, 'mine'],
  ])('that %s has', async (_, holder, renewed, answer) => {
    await held(holder, renewed)

    expect(await locks().claim('churn')).toBe(answer)
  })

  it('is given up alone where the others are kept', async () => {
    const mine = locks()
    for (const name of ['churn', 'fraud']) await mine.claim(name)

    await mine.release(new Set(['fraud']))

    expect(readdirSync(place)).toEqual(['assay-fraud.lock'])
  })

  it('is lost to whoever took it while this process did not renew it, and told once', async () => {
    const mine = locks()
    await mine.claim('churn')
    const theirs = JSON.stringify({ host: 'other', pid: 7, since: 2 })
    writeFileSync(file(), theirs)

    expect(await mine.renew()).toEqual(['churn'])
    expect(await mine.renew()).toEqual([])
    await mine.release()
    expect(readFileSync(file(), 'utf8')).toBe(theirs)
  })
})
