import { createHash } from 'node:crypto'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/commands/scan.ts'
import { bytes, text, WAYS } from '../core/scan/pickles.ts'
import { baseFiles, CONFIG, type Scene, slightlyBetter, useScenes } from './scene.ts'

const scenes = useScenes()

const EVIL = WAYS['STACK_GLOBAL, protocol 4']!('posix.system')
const OWN = WAYS['STACK_GLOBAL, protocol 4']!('churn.features.Clean')
const ORDINARY = bytes(0x80, 4, '}', text('weights'), ']s.')

function sceneWith(config: string, files: Record<string, Uint8Array>): Scene {
  const scene = scenes.pullRequest({ ...baseFiles(), 'assay.yml': CONFIG + config }, { 'notes.md': 'x' })
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(scene.folder, path, '..'), { recursive: true })
    writeFileSync(join(scene.folder, path), content)
  }
  return scene
}

const scan = (scene: Scene, file?: string) => run(scene.context, { config: 'assay.yml', file })
const lines = (text: string) => text.split('\n').map(line => line.trim())

describe('assay scan', () => {
  it('says of each file of a folder whether it may be loaded, hidden ones too', async () => {
    const scene = sceneWith('', {
      'models/a.pkl': ORDINARY,
      'models/.b': EVIL,
      'models/deep/c.7z': bytes('7z\xbc\xaf\x27\x1c'),
    })

    const { exitCode, text, json, reason } = await scan(scene, 'models')

    expect(exitCode).toBe(1)
    expect((json as { files: object[] }).files).toMatchObject([
      { path: 'models/.b', verdict: 'unsafe' },
      { path: 'models/a.pkl', verdict: 'safe', format: 'pickle', size: ORDINARY.length },
      { path: 'models/deep/c.7z', verdict: 'unscannable' },
    ])
    expect(text).toContain('it brings in `posix.system`')
    expect(text).toContain('it calls `posix.system` when it is loaded')
    expect(text).toContain('nobody can tell what it does: it is compressed in a way that is not opened here')
    expect(reason).toBe('2 of 3 must not be loaded: models/.b and others.')
  })

  it('takes the files of the configuration, and what somebody let pass until its day', async () => {
    const config = (until: string) =>
      `scan:\n  files: [own.pkl, old.7z]\n  allow:\n    - { import: churn.features.Clean, reason: ours, until: ${until} }\n    - { file: old.7z, reason: made here, until: ${until} }\n`
    const files = { 'own.pkl': OWN, 'old.7z': bytes('7z\xbc\xaf\x27\x1c') }

    const allowed = await scan(sceneWith(config('2099-01-01'), files))
    const expired = await scan(sceneWith(config('2020-01-01'), files))

    expect(allowed.exitCode).toBe(0)
    expect(lines(allowed.text)).toContain('`churn.features.Clean` may pass until 2099-01-01: ours')
    expect(lines(allowed.text)).toContain('`old.7z` may pass until 2099-01-01: made here')
    expect(expired.exitCode).toBe(1)
    expect(lines(expired.text)).toContain('what let `churn.features.Clean` pass ended on 2020-01-01')
  })

  it('lets nothing else of a file pass that somebody allowed', async () => {
    const scene = sceneWith(
      'scan:\n  files: m.pkl\n  allow:\n    - { import: churn.features.Clean, reason: ours, until: 2099-01-01 }\n    - { file: m.pkl, reason: ours, until: 2099-01-01 }\n',
      { 'm.pkl': bytes(OWN.subarray(0, -1), '0', EVIL) },
    )

    const { exitCode, text } = await scan(scene)

    expect(exitCode).toBe(1)
    expect(text).toContain('posix.system')
  })

  it('shows a name of a file as text', async () => {
    const scene = sceneWith('', {
      'm.pkl': bytes(0x80, 4, text('po\u202esix\n::error::'), text('\u001b[31m'), 0x93, '.'),
    })

    const { text: said } = await scan(scene, 'm.pkl')

    for (const hidden of ['\u202e', '\u001b', '\n::error::']) expect(said).not.toContain(hidden)
  })

  it('refuses what leads out of the folder, and says where nothing was named', async () => {
    const scene = sceneWith('', {})
    symlinkSync('/etc/hostname', join(scene.folder, 'link.pkl'))

    await expect(scan(scene, 'link.pkl')).rejects.toMatchObject({ code: 'FILE_REFUSED' })
    await expect(scan(scene, 'gone.pkl')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await expect(scan(scene)).rejects.toMatchObject({ code: 'USAGE' })
    mkdirSync(join(scene.folder, 'empty/deep'), { recursive: true })
    await expect(scan(scene, 'empty')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  })
})

describe('assay run with `scan`', () => {
  const CONFIGURED = {
    ...baseFiles(),
    '.gitignore': `${baseFiles()['.gitignore']}/model.pkl\n`,
    'assay.yml': `${CONFIG}scan: model.pkl\n`,
  }

  it.each<[string, Uint8Array, 0 | 1, string]>([
    [
      'passes where nothing else would be run',
      ORDINARY,
      0,
      '1 file can be loaded without running anything else: `model.pkl` sha256 ',
    ],
    [
      'fails where something would be',
      EVIL,
      1,
      '1 of 1 file must not be loaded: `model.pkl`: it brings in `posix.system`',
    ],
    ['fails where nobody can tell', bytes('BZh91AY&SY', 0), 1, 'nobody can tell what it does'],
  ])('%s', async (_, model, exitCode, reason) => {
    const scene = scenes.pullRequest(CONFIGURED, { 'candidate.csv': slightlyBetter })
    writeFileSync(join(scene.folder, 'model.pkl'), model)

    const done = await scene.run()

    expect(done.exitCode).toBe(exitCode)
    expect(scene.result().gates).toContainEqual(
      expect.objectContaining({
        name: 'safe to load',
        verdict: exitCode === 0 ? 'pass' : 'fail',
        reason: expect.stringContaining(reason),
      }),
    )
    const sha256 = createHash('sha256').update(model).digest('hex')
    expect(scene.result().files).toMatchObject({
      kept: [{ file: 'model.pkl', sha256, size: model.length }],
      more: 0,
    })
    expect(scene.read('assay-result/churn/report.md')).toContain('safe to load')
    expect(scene.read('assay-result/churn/report.md')).toContain(sha256)
  })

  it('says which file of the model is not there', async () => {
    const scene = scenes.pullRequest(CONFIGURED, { 'candidate.csv': slightlyBetter })

    const { exitCode } = await scene.run()

    expect(exitCode).not.toBe(0)
    expect(scene.result()).toMatchObject({ state: 'evaluation_failed' })
    expect(scene.result().failure!.tail).toContain('model.pkl')
  })
})
