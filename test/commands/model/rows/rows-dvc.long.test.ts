import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { missing } from '../../../support/tools.ts'
import { bad, type Scene, slightlyBetter, useScenes } from '../../scene.ts'
import { comparedIn, released } from './released.ts'

/** What a real DVC does with the rows of releases. */

const without = missing('dvc', '--version')
const scenes = useScenes()
const PATH = process.env.PATH ?? ''

describe.skipIf(without !== undefined)('rows that are kept in a remote of DVC', () => {
  it('are what the next candidate is compared with, and nothing of DVC is left in the checkout', async () => {
    const store = made('store')
    const { text, record, weigh } = await released(scenes, 'dvc://storage', of('../../store'))

    const worse = await weigh(bad)
    const better = await weigh(slightlyBetter)

    expect(text).not.toContain('not kept')
    const { md5 } = record().rows!
    expect(objectsIn(store)).toEqual([`files/md5/${md5!.slice(0, 2)}/${md5!.slice(2)}`])
    expect(comparedIn(better)).toEqual({ paired: true, judged: 'better', verdict: 'pass', warnings: '' })
    expect(comparedIn(worse)).toMatchObject({ paired: true, verdict: 'fail' })
    expect(better.repository.git('status', '--porcelain', '.dvc')).toBe('')
    expect(readdirSync(join(better.folder, '.dvc'))).toEqual(['config'])
  })

  it('that are damaged, gone or out of reach leave the comparison unpaired, and the report says why', async () => {
    const store = made('fading')
    const { weigh } = await released(scenes, 'dvc://storage', of(store))
    const warned = async (change?: (scene: Scene) => void) => {
      const { paired, warnings } = comparedIn(await weigh(slightlyBetter, undefined, change))
      expect(paired).toBe(false)
      return warnings
    }

    expect(await warned(scene => withDvc(scene, 'exit 127'))).toContain('`dvc` is not on the PATH')
    expect(
      await warned(scene => withDvc(scene, 'echo "ERROR: unexpected error - AccessDenied" >&2; exit 255')),
    ).toContain('did not let this job in')
    expect(await warned(scene => withDvc(scene, 'echo other > rows'))).toContain(
      'what lies in dvc://storage is not what its record names',
    )
    expect(
      await warned(({ context }) => {
        context.ci = { ...context.ci, fromFork: true }
      }),
    ).toMatch(/the comparison with it is unpaired: .*fork/)

    const [object] = objectsIn(store)
    chmodSync(join(store, object!), 0o644)
    writeFileSync(join(store, object!), 'damaged')
    expect(await warned()).toMatch(/remote `storage` \(\S*fading\) has not all of the data/)
    rmSync(join(store, object!), { force: true })
    expect(await warned()).toMatch(/remote `storage` \(\S*fading\) has not all of the data/)
    rmSync(store, { recursive: true })
    expect(await warned()).toMatch(/remote `storage` \(\S*fading\) is a folder that is not on this machine/)
  })

  it.each<[string, string, { url?: string; remote?: string; dvc?: string }, RegExp]>([
    ['no dvc', 'none', { dvc: 'exit 127' }, /`dvc` is not on the PATH of this job \(Install it before/],
    [
      'an unknown remote',
      'unknown',
      { remote: 'nope' },
      /no remote of the name `nope` is configured \(compare `dvc remote list` with the name in `baselines`/,
    ],
    [
      'a folder that nobody mounted',
      'unmounted',
      { url: '/nowhere/rows' },
      /is a folder that is not on this machine \(make the folder, or mount it/,
    ],
    [
      'a server that does not answer',
      'silent',
      { url: 'http://ada:s3cretword@127.0.0.1:9/x' },
      /ended with exit code 1: .*Cannot connect to host 127\.0\.0\.1:9/,
    ],
    ['a missing plug-in', 'plugin', { url: 's3://bucket/x' }, /`dvc-s3` is not installed \(Install it in/],
    [
      'a remote with versions of its own',
      'versions',
      { dvc: 'echo "  cloud: {}" >> rows.dvc' },
      /the remote `storage` keeps versions of its own \(`version_aware`\)/,
    ],
  ])(
    'are not kept where there is %s: the release says so, and is one all the same',
    async (_, name, at, said) => {
      const { url = made(name), remote = 'storage', dvc } = at
      const env: Record<string, string> = dvc === undefined ? {} : { PATH: script(name, dvc) }

      const { text, record } = await released(scenes, `dvc://${remote}`, { ...of(url), env })

      expect(text).toContain('Its rows are not kept, so comparisons with it will be unpaired: ')
      expect(text).toMatch(said)
      expect(text).not.toContain('s3cretword')
      expect(record().rows).toBeUndefined()
    },
  )

  it('are moved with what the job has for DVC, and nothing of ours', async () => {
    const out = join(scenes.folder, 'given.txt')
    const env = {
      PATH: script('env', `env > "${out}"; exit 3`),
      AWS_PROFILE: 'data',
      ASSAY_TOKEN: 'ours-only',
    }

    await released(scenes, 'dvc://storage', { ...of(made('env-store')), env })

    const given = readFileSync(out, 'utf8')
    expect(given).toContain('AWS_PROFILE=data')
    expect(given).not.toContain('ours-only')
    expect(given).not.toContain('a key that nobody guesses')
  })
})

/** A repository whose remote `storage` is there. */
function of(url: string) {
  return { files: { '.dvc/config': `['remote "storage"']\n    url = ${url}\n` } }
}

function made(name: string): string {
  const folder = join(scenes.folder, name)
  mkdirSync(folder)
  return folder
}

function objectsIn(store: string): string[] {
  return readdirSync(store, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(store.length + 1))
}

function withDvc(scene: Scene, body: string): void {
  scene.context.env = { ...scene.context.env, PATH: script('weighing', body) }
}

/** A PATH on which `dvc` is a script. */
function script(name: string, body: string): string {
  const folder = join(scenes.folder, `bin-${name}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'dvc'), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  return `${folder}:${PATH}`
}
