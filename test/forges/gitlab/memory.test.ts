import { describe, expect, it } from 'vitest'
import { keeping, memoryOf } from '../../../src/forges/gitlab/reading/memory.ts'

describe('what is kept of a GitLab', () => {
  const scene = (most: number) => {
    const read: string[] = []
    const kept = keeping<string>(most, text => text.length)
    const ask = (name: string, text = name) =>
      kept(name, async () => {
        read.push(name)
        return text
      })
    return { ask, read }
  }

  it('is read once, also where several ask at once', async () => {
    const { ask, read } = scene(100)
    expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual(['a', 'a', 'b'])
    expect(await ask('a')).toBe('a')
    expect(read).toEqual(['a', 'b'])
  })

  it('is what was asked for last, as far as there is room', async () => {
    const { ask, read } = scene(100)
    await ask('a', 'x'.repeat(30))
    await ask('b', 'x'.repeat(30))
    await ask('a')
    await ask('c', 'x'.repeat(30))
    read.length = 0
    await ask('a')
    await ask('c')
    expect(read).toEqual([])
    await ask('b')
    expect(read).toEqual(['b'])
  })

  it('is no failure, and nothing that is larger than the room', async () => {
    const { ask, read } = scene(100)
    const kept = keeping<string>(100, text => text.length)
    await expect(kept('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await kept('a', async () => 'yes')).toBe('yes')
    await ask('large', 'x'.repeat(200))
    await ask('large')
    expect(read).toEqual(['large', 'large'])
    await ask('small')
    await ask('small')
    expect(read.slice(2)).toEqual(['small'])
  })

  it('is one for all that somebody who lives long connects to, and else for one connection', () => {
    const [one, other] = [{}, {}]
    expect(memoryOf(one)).toBe(memoryOf(one))
    expect(memoryOf(one)).not.toBe(memoryOf(other))
    expect(memoryOf(undefined)).not.toBe(memoryOf(undefined))
  })
})
