import { execFileSync, spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tarHeader, tarPadding } from '../../../src/core/image/tar.ts'

/** What GNU tar reads from a stream; it may end in the middle of an entry. */
function listed(bytes: Uint8Array): string[] {
  const { stdout } = spawnSync(
    'tar',
    ['--list', '--verbose', '--numeric-owner', '--utc', '--quoting-style=literal'],
    {
      input: bytes,
      encoding: 'utf8',
    },
  )
  return stdout.split('\n').filter(Boolean)
}

const entry = (name: string, content = '') => [
  tarHeader({ name, size: content.length }),
  Buffer.from(content),
  Buffer.alloc(tarPadding(content.length)),
]

describe('tar', () => {
  it('is read by GNU tar: modes, owner and time are always the same', () => {
    const names = [
      'models/',
      'models/a.bin',
      `models/${'long/'.repeat(30)}b.bin`,
      'models/größe.bin',
      `models/${'ü'.repeat(60)}/`,
    ]
    const bytes = Buffer.concat([
      ...names.flatMap(name => entry(name, name.endsWith('/') ? '' : 'abc')),
      Buffer.alloc(1024),
    ])

    expect(listed(bytes)).toEqual(
      names.map(name => {
        const [mode, size] = name.endsWith('/') ? ['drwxr-xr-x', 0] : ['-rw-r--r--', 3]
        return expect.stringMatching(
          new RegExp(`^${mode} 0/0 +${size} 1970-01-01 00:00 ${name.replaceAll('.', '\\.')}$`),
        )
      }),
    )
  })

  it('takes a file of 8 GiB and more', () => {
    for (const size of [8 ** 11 - 1, 8 ** 11, 5 * 2 ** 41])
      expect(listed(tarHeader({ name: 'models/big', size }))[0]).toMatch(
        new RegExp(` ${size} .* models/big$`),
      )
    expect(tarHeader({ name: 'a', size: 8 ** 11 - 1 })).toHaveLength(512)
    // Where it has no room, the field says nothing, and leaves the one beside it alone.
    const field = tarHeader({ name: 'a', size: 8 ** 11 })
      .subarray(-512)
      .subarray(124, 148)
    expect(field.toString('latin1')).toBe('00000000000\0'.repeat(2))
  })

  it('gives every name back as it was', () => {
    const names = fc.array(
      fc.stringMatching(/^[^/\0\n]{1,90}$/u).map(name => name.toWellFormed()),
      { minLength: 1, maxLength: 20 },
    )
    const read =
      'import sys,tarfile,io,json;print(json.dumps([m.name for m in tarfile.open(fileobj=io.BytesIO(sys.stdin.buffer.read()))]))'
    const all = fc.sample(names, 10).flatMap((given, run) => given.map(name => `models/${run}/${name}/x`))
    const input = Buffer.concat([...all.flatMap(name => entry(name)), Buffer.alloc(1024)])

    expect(JSON.parse(execFileSync('python3', ['-c', read], { input, encoding: 'utf8' }))).toEqual(all)
  })
})
