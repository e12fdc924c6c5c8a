import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { gitEnvironment } from '../support/git-repository.ts'
import { missing } from '../support/tools.ts'
import { baseFiles, good, type Scene, slightlyBetter, useScenes } from './scene.ts'

/** What a report says of data that a real DVC keeps, where it changed. */

const without = missing('dvc', '--version')
const scenes = useScenes()
const store = join(scenes.folder, 'store')

const CONFIG = `model: churn
predictions: candidate.csv
data: [data/img.dvc, dvc.lock]
gates: [{ metric: accuracy, not_worse_than: base, margin: 0.05 }]
`
const LOCK = (params: string) =>
  `schema: '2.0'\nstages:\n  train:\n    cmd: python train.py\n    params:\n      params.yaml:\n${params}`

let origin: Scene
beforeAll(() => {
  if (without !== undefined) return
  origin = scenes.local(baseFiles({ 'assay.yml': CONFIG, 'candidate.csv': good }), { 'x.txt': 'x' })
  dvc('init', '--quiet')
  mkdirSync(store)
  dvc('remote', 'add', '--quiet', '--default', 'storage', store)
  write('data/img/a.png', 'image a\n')
  write('data/img/b.png', 'image b\n')
  write('data/img/of kim@example.com.png', 'image\n')
  write(
    'dvc.lock',
    LOCK('        lr: 0.1\n        model.depth: 6\n        gone: [1, 2]\n        same: yes\n'),
  )
  commit('before')
  origin.base = origin.repository.git('rev-parse', 'HEAD').trim()
  write('data/img/a.png', 'another image a\n')
  rmSync(join(origin.folder, 'data/img/b.png'))
  for (let at = 0; at < 4; at++) write(`data/img/n${at}.png`, `new ${at}\n`)
  write('candidate.csv', slightlyBetter)
  write(
    'dvc.lock',
    LOCK('        lr: 0.05\n        model.depth: 6\n        same: yes\n        new: "|a`b"\n'),
  )
  commit('after')
  // As a checkout finds it.
  for (const path of ['.dvc/cache', '.dvc/tmp', 'data/img'])
    rmSync(join(origin.folder, path), { recursive: true, force: true })
})

describe.skipIf(without !== undefined)('data of DVC that changed', () => {
  const PARAMETERS = 'Parameters: `gone` removed (`[1,2]`); `lr` `0.1` → `0.05`; `new` added ('
  const FILES =
    'In `data/img`: 4 added, 1 changed, 1 removed (`a.png` changed (8 B → 16 B); `b.png` removed (8 B); `n0.png` added (6 B); `n1.png` added (6 B); `n2.png` added (6 B); and 1 more).'

  it('is told file by file, with sizes, out of a remote that is a folder', async () => {
    const scene = scenes.copyOf(origin)

    await scene.run({ base: origin.base })

    const report = scene.read('assay-result/churn/report.md')
    expect(report).toContain(FILES)
    expect(report).toContain(PARAMETERS)
    expect(report).not.toContain('`same`')
    expect(scene.result().dataChanges?.folders[0]?.counts).toEqual({ added: 4, changed: 1, removed: 1 })
    expect(scene.repository.git('status', '--porcelain')).toBe('')
  })

  it('is asked of another remote only where DVC brings data anyway, and not for a fork', async () => {
    const asked = scenes.copyOf(origin)
    const fork = scenes.copyOf(origin)
    const unasked = scenes.copyOf(origin)
    for (const scene of [asked, fork, unasked])
      writeFileSync(
        join(scene.folder, '.dvc/config.local'),
        `['remote "base"']\n    url = ${scenes.folder}\n['remote "storage"']\n    url = remote://base/store\n`,
      )
    for (const scene of [asked, fork])
      writeFileSync(join(scene.folder, 'assay.yml'), `${CONFIG}dvc: { pull: true }\n`)
    fork.context.ci = { ...fork.context.ci, fromFork: true }

    for (const scene of [asked, fork, unasked]) await scene.run({ base: origin.base })

    const foldersOf = (scene: Scene) => scene.result().dataChanges?.folders.map(({ path }) => path)
    // Pulled data is in the cache, and what was before is not.
    expect(asked.read('assay-result/churn/report.md')).toContain(
      '4 added, 1 changed, 1 removed (`a.png` changed (',
    )
    expect(foldersOf(fork)).toEqual([])
    expect(foldersOf(unasked)).toEqual([])
    expect(unasked.read('assay-result/churn/report.md')).toContain('`data/img` changed')
  })

  it('names nobody, and is left out where nothing of it is at hand', async () => {
    const scene = scenes.copyOf(origin)
    scene.repository.git('checkout', '--quiet', origin.base)
    // The other way round: a file named for a person is among the first.
    writeFileSync(
      join(scene.folder, '.dvc/config.local'),
      `['remote "storage"']\n    url = ${scenes.folder}/gone\n`,
    )
    await scene.run({ base: origin.head })
    expect(scene.result().dataChanges?.folders).toEqual([])

    rmSync(join(scene.folder, '.dvc/config.local'))
    write('data/img/kim@example.com.png', 'x', scene)
    dvcIn(scene, 'add', '--quiet', 'data/img')
    dvcIn(scene, 'push', '--quiet')
    await scene.run({ base: origin.base })
    const report = scene.read('assay-result/churn/report.md')
    expect(report).toContain('`[e-mail]`')
    expect(report + scene.read('assay-result/churn/result.json')).not.toContain('kim@example.com')
  })
})

function dvcIn(scene: Scene, ...parameters: string[]): void {
  const env = { ...gitEnvironment(), DVC_NO_ANALYTICS: 'true' }
  execFileSync('dvc', parameters, { cwd: scene.folder, env, stdio: 'pipe' })
}

function dvc(...parameters: string[]): void {
  dvcIn(origin, ...parameters)
}

function write(path: string, text: string, scene = origin): void {
  mkdirSync(dirname(join(scene.folder, path)), { recursive: true })
  writeFileSync(join(scene.folder, path), text)
}

/** All that is there, with its data in the remote. */
function commit(message: string): void {
  const { git } = origin.repository
  dvc('add', '--quiet', 'data/img')
  dvc('push', '--quiet')
  git('add', '--all')
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--message', message)
  origin.head = git('rev-parse', 'HEAD').trim()
}
