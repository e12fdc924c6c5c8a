import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtCli } from '../support/built-cli.ts'
import { createRepository, testFolder } from '../support/git-repository.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { missing } from '../support/tools.ts'

/** The same files of the same commit, packaged by others, elsewhere and later. */

const { folder, remove } = testFolder()
afterAll(remove)

const FILES = ['b.bin', 'a.bin', 'Ä/ı.txt', 'Z.txt', 'i.txt', 'sub/deep/er/x'].map(
  (name, index): [string, Buffer] => [name, Buffer.alloc(1000 * index, name)],
)

interface Place {
  at: string
  umask: string
  /** Of the files, as `chmod` takes it, and when they were written. */
  mode: number
  written: number
  files: [string, Buffer][]
  env: Record<string, string>
}

const HERE: Place = {
  at: 'here',
  umask: '022',
  mode: 0o644,
  written: 1.7e9,
  files: FILES,
  env: { TZ: 'UTC', LC_ALL: 'C' },
}
const PLACES: Record<string, Place> = {
  'in another folder': { ...HERE, at: 'else/where/deep' },
  'under another umask, with other modes': { ...HERE, at: 'umask', umask: '077', mode: 0o755 },
  'in another time zone and language': {
    ...HERE,
    at: 'zone',
    env: { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' },
  },
  'written at another time, in another order': {
    ...HERE,
    at: 'order',
    written: 1e9,
    files: FILES.toReversed(),
  },
}

describe.skipIf(missing('docker-registry'))('the digest of a package', () => {
  let registry: TestRegistry
  let repository: ReturnType<typeof createRepository>
  beforeAll(async () => {
    registry = await startRegistry()
    repository = createRepository(join(folder, 'origin'))
    repository.commit('x', {
      '.gitignore': 'model\n',
      'assay.yml': `model: churn\nmetrics: metrics.json\ngates: [{ metric: auc, at_least: 0.5 }]\npackage: { image: "${registry.host}/acme/churn:v1", files: [model/**] }\n`,
    })
  })
  afterAll(() => registry.stop())

  function packaged({ at, umask, mode, written, files, env }: Place): { digest: string; log: string } {
    const place = join(folder, at)
    mkdirSync(dirname(place), { recursive: true })
    repository.git('clone', '--quiet', repository.folder, place)
    for (const [name, bytes] of files) {
      const file = join(place, 'model', name)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, bytes)
      chmodSync(file, mode)
      utimesSync(file, written, written)
    }
    const { stdout, stderr } = spawnSync(
      'sh',
      ['-c', 'umask "$1" && exec "$2" "$3" package', '-', umask, process.execPath, builtCli()],
      {
        cwd: place,
        encoding: 'utf8',
        env: { PATH: process.env.PATH, HOME: join(folder, `home-${at.replaceAll('/', '-')}`), ...env },
      },
    )
    return { digest: stdout.trim(), log: stderr }
  }

  it.each(Object.entries(PLACES))('is the same %s, and nothing is pushed', (_, place) => {
    const first = packaged({ ...HERE, at: `first-${place.at.replaceAll('/', '-')}` })
    const other = packaged(place)

    expect(first.digest).toMatch(/@sha256:[0-9a-f]{64}$/)
    expect(other.digest).toBe(first.digest)
    expect(other.log).toContain('which was there already')
    expect(other.log).not.toContain(' sent')
  })
})
