import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { readParameters } from '../../src/commands/project/parameters.ts'
import { run as train } from '../../src/commands/train.ts'
import { parseConfig } from '../../src/core/config/read-config.ts'
import { gitEnvironment } from '../support/git-repository.ts'
import { missing } from '../support/tools.ts'
import { baseFiles, CONFIG, predictions, RUN_DEFAULTS, type Scene, useScenes } from './scene.ts'

/** What `dvc pull` and `dvc repro` do in a run, with a real DVC. */

const without = missing('dvc', '--version')
const scenes = useScenes()
const store = join(scenes.folder, 'store')

/** Trains on a file and a folder of DVC, and says which it found. */
const PULLING = `${CONFIG.replace('echo training', 'cat data/train.csv data/img/*')}dvc: { pull: true }
`

let origin: Scene
beforeAll(() => {
  if (without !== undefined) return
  origin = scenes.local(baseFiles({ 'assay.yml': PULLING, 'candidate.csv': 'x' }), {
    'candidate.csv': baseFiles()['candidate.csv'],
  })
  dvc(origin, 'init', '--quiet')
  write(origin, 'data/train.csv', 'row one\n')
  write(origin, 'data/img/a.png', 'image a\n')
  write(origin, 'data/img/b é.png', 'image b\n')
  dvc(origin, 'add', '--quiet', 'data/train.csv', 'data/img')
  mkdirSync(store)
  dvc(origin, 'remote', 'add', '--quiet', '--default', 'storage', store)
  dvc(origin, 'push', '--quiet')
  commit(origin)
  // As a checkout finds it.
  for (const path of ['.dvc/cache', '.dvc/tmp', 'data/train.csv', 'data/img'])
    rmSync(join(origin.folder, path), { recursive: true, force: true })
})

describe.skipIf(without !== undefined)('dvc pull before training', () => {
  it('brings the data, holds it to its hashes and trains', async () => {
    const scene = scenes.copyOf(origin)

    const { exitCode } = await train(scene.context, RUN_DEFAULTS)

    // The program's output comes in pieces of any size.
    expect(scene.log.join('')).toContain('row one\nimage a\nimage b\n')
    expect(exitCode).toBe(0)
  })

  it('brings what is named alone', async () => {
    const scene = scenes.copyOf(origin)
    write(
      scene,
      'assay.yml',
      PULLING.replace('pull: true', 'pull: [data/img/a.png]').replace('data/train.csv ', ''),
    )
    commit(scene)

    const { exitCode } = await train(scene.context, RUN_DEFAULTS)

    expect(exitCode).toBe(0)
    expect(readdirSync(join(scene.folder, 'data/img'))).toEqual(['a.png'])
    expect(existsSync(join(scene.folder, 'data/train.csv'))).toBe(false)
  })

  it.each<[string, string, RegExp[], (scene: Scene) => void]>([
    [
      'a remote whose folder is gone',
      'DVC_REMOTE_GONE',
      [
        /remote `storage` \(\S*gone\) is a folder that is not on this machine/,
        /data\/train\.csv` is not there/,
      ],
      scene => dvc(scene, 'remote', 'modify', 'storage', 'url', join(scenes.folder, 'gone')),
    ],
    [
      'data that nobody pushed',
      'DVC_DATA_NOT_THERE',
      [
        /remote `storage` \(\S*empty\) has not all of the data/,
        /fix: Run `dvc push`/,
        /data\/img\.dvc: `data\/img` is not there/,
      ],
      scene => {
        mkdirSync(join(scenes.folder, 'empty'), { recursive: true })
        dvc(scene, 'remote', 'modify', 'storage', 'url', join(scenes.folder, 'empty'))
      },
    ],
    [
      'a remote that does not answer, which DVC calls the same',
      'DVC_DATA_NOT_THERE',
      [/or cannot be reached/, /\(http:\/\/127\.0\.0\.1:9\/x\)/],
      // The password is not told.
      scene => dvc(scene, 'remote', 'modify', 'storage', 'url', 'http://ada:s3cretword@127.0.0.1:9/x'),
    ],
    [
      'no remote',
      'DVC_NO_REMOTE',
      [/DVC has no default remote/],
      scene => dvc(scene, 'remote', 'remove', 'storage'),
    ],
    [
      'a remote that is not configured',
      'DVC_REMOTE_UNKNOWN',
      [/no remote of the name `nope` is configured/],
      scene => write(scene, 'assay.yml', PULLING.replace('pull: true', 'pull: true, remote: nope')),
    ],
    [
      'a storage whose plug-in is missing',
      'DVC_PLUGIN_MISSING',
      [/of the kind `s3`, for which `dvc-s3` is not installed/, /fix: .*`pip install dvc-s3`/],
      scene => dvc(scene, 'remote', 'modify', 'storage', 'url', 's3://bucket/x'),
    ],
    [
      'the list of a folder that is damaged',
      'DVC_OBJECT_CORRUPT',
      [/the object `[0-9a-f]{32}\.dir` in the remote `storage` .* is not what its name says/],
      scene => damaged(scene, name => name.endsWith('.dir')),
    ],
    [
      'a file that is damaged, which DVC takes out and calls missing',
      'DVC_DATA_NOT_THERE',
      [/takes out objects that are damaged/],
      scene => damaged(scene, name => !name.endsWith('.dir')),
    ],
    [
      'a merge conflict',
      'DVC_FILE_INVALID',
      [/data\/train\.csv\.dvc:1: it holds conflict markers of a merge/, /fix: Keep one side/],
      scene => write(scene, 'data/train.csv.dvc', '<<<<<<< a\nouts: []\n=======\nouts: [1]\n>>>>>>> b\n'),
    ],
    [
      'no repository of DVC',
      'DVC_NO_REPOSITORY',
      [/there is no `\.dvc` folder/],
      scene => rmSync(join(scene.folder, '.dvc'), { recursive: true }),
    ],
    [
      'what DVC does not know',
      'DVC_TARGET_UNKNOWN',
      [/DVC tracks nothing of the name `data\/nope\.csv`/],
      scene => write(scene, 'assay.yml', PULLING.replace('pull: true', 'pull: [data/nope.csv]')),
    ],
    [
      'an old file in the place of the data',
      'DVC_UNSAVED',
      [
        /other files lie where the data of the remote `storage` \(\S*store\) belongs/,
        /`data\/train\.csv` is another file/,
      ],
      scene => write(scene, 'data/train.csv', 'old\n'),
    ],
    [
      'an old file, and a remote that is gone',
      'DVC_REMOTE_GONE',
      [/`data\/train\.csv` is another file/],
      scene => {
        dvc(scene, 'remote', 'modify', 'storage', 'url', join(scenes.folder, 'gone'))
        write(scene, 'data/train.csv', 'old\n')
      },
    ],
    [
      'a file besides in a folder',
      'DVC_UNSAVED',
      [/`data\/img` has no a\.png, b é\.png, has extra\.png besides/],
      scene => write(scene, 'data/img/extra.png', 'old\n'),
    ],
    [
      'a dvc that says it pulled, and did not',
      'DVC_DATA_WRONG',
      [/what lies here is other data/, /`data\/train\.csv` is another file/],
      scene => {
        write(scene, 'data/train.csv', 'old\n')
        write(scene, 'data/img/a.png', 'image a\n')
        write(scene, 'data/img/b é.png', 'image b\n')
        scene.context.env = { ...gitEnvironment(), PATH: withDvc(scene, 'exit 0') }
      },
    ],
    [
      'an access that is refused',
      'DVC_REMOTE_REFUSED',
      [/did not let this job in: .*Unable to locate credentials/],
      scene => {
        scene.context.env = {
          ...gitEnvironment(),
          PATH: withDvc(scene, 'echo "ERROR: unexpected error - Unable to locate credentials" >&2; exit 255'),
        }
      },
    ],
  ])('%s: %s, and no training', async (_, code, words, change) => {
    const scene = scenes.copyOf(origin)
    change(scene)
    commit(scene)

    const { exitCode, text } = await train(scene.context, RUN_DEFAULTS)

    expect(exitCode).toBe(2)
    expect(text).toContain(`#${code.toLowerCase()}`)
    for (const said of words) expect(text).toMatch(said)
    expect(text).not.toContain('s3cretword')
    expect(scene.log.filter(line => line.startsWith('Train '))).toEqual([])
  })

  it('shows in the report why nothing was trained', async () => {
    const scene = scenes.copyOf(origin)
    dvc(scene, 'remote', 'modify', 'storage', 'url', join(scenes.folder, 'gone'))
    commit(scene)

    const { exitCode } = await scene.run({ base: undefined })

    expect(exitCode).not.toBe(0)
    expect(scene.result()).toMatchObject({ state: 'training_failed', failure: { command: 'dvc pull' } })
    expect(scene.result().failure!.tail).toContain('is a folder that is not on this machine')
  })

  it('goes on without DVC where all data is there, and says so; not where one file is another', async () => {
    const scene = scenes.copyOf(origin)
    scene.context.env = { ...gitEnvironment(), PATH: withDvc(scene, 'exit 127') }
    for (const [path, text] of [
      ['data/train.csv', 'row one\n'],
      ['data/img/a.png', 'image a\n'],
      ['data/img/b é.png', 'image b\n'],
    ] as const)
      write(scene, path, text)

    expect(await train(scene.context, RUN_DEFAULTS)).toMatchObject({ exitCode: 0 })
    expect(scene.log.join('\n')).toMatch(
      /warning: `dvc pull` failed \(`dvc` is not on the PATH .*all data is there/,
    )

    write(scene, 'data/img/b é.png', 'image c\n')
    const { exitCode, text } = await train(scene.context, RUN_DEFAULTS)
    expect(exitCode).toBe(2)
    expect(text).toContain('#dvc_not_installed')
  })

  it('gives dvc what training gets, and nothing of ours', async () => {
    const scene = scenes.copyOf(origin)
    const out = join(scenes.folder, 'env.txt')
    const path = withDvc(scene, `env > "${out}"; exit 3`)
    scene.context.env = { ...gitEnvironment(), PATH: path, AWS_PROFILE: 'data', ASSAY_TOKEN: 'ours-only' }

    await train(scene.context, RUN_DEFAULTS)

    const given = readFileSync(out, 'utf8')
    expect(given).toContain('AWS_PROFILE=data')
    expect(given).not.toContain('ours-only')
  })
})

describe('test data that changed', () => {
  it('is compared where `champion.run` reads it from the folder of the candidate', async () => {
    // The model of this evaluation answers each row by its label: the champion as the candidate.
    const config = `model: churn
evaluate: cp test.csv predictions.csv
predictions: predictions.csv
champion: { run: cp "$ASSAY_WORKSPACE/test.csv" predictions.csv }
gates: [{ metric: accuracy, not_worse_than: champion, margin: 0.05 }]
`
    const rows = (count: number) => predictions(row => row % 10 === 0, count)
    const changed = { 'test.csv': rows(300) }
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': config, 'test.csv': rows(400) }), changed)
    const old = scenes.pullRequest(
      baseFiles({ 'assay.yml': config.replace('$ASSAY_WORKSPACE/', ''), 'test.csv': rows(400) }),
      changed,
    )

    await old.run()
    await scene.run()

    expect(old.result().verdict).toBe('not_comparable')
    expect(old.result().warnings.join()).toContain('let `champion.run` evaluate the champion on the new one')
    expect(scene.result().verdict).toBe('pass')
  })
})

describe.skipIf(without !== undefined)('dvc repro as the training', () => {
  it('runs the stages, and the result is of what they wrote', async () => {
    const scene = scenes.copyOf(origin)
    write(
      scene,
      'dvc.yaml',
      'stages:\n  train:\n    cmd: cp candidate.csv predictions.csv\n    deps: [candidate.csv, data/train.csv]\n    outs:\n      - predictions.csv:\n          cache: false\n',
    )
    write(
      scene,
      'assay.yml',
      PULLING.replace(/^(train|evaluate|dvc): .*\n/gm, '').concat(
        'dvc: { pull: [data/train.csv], repro: [train] }\ndata: [dvc.lock]\n',
      ),
    )
    commit(scene)

    await scene.run()

    expect(scene.log.join('\n')).toContain('Train churn: dvc repro train')
    expect(scene.result()).toMatchObject({
      state: 'judged',
      candidate: { usage: { trainSeconds: expect.any(Number) } },
    })
    expect(scene.result().candidate.data).toContainEqual(
      expect.stringMatching(/^data\/train\.csv md5 [0-9a-f]{32} 8 bytes$/),
    )
  })
})

describe.skipIf(without !== undefined)('a model that leaves all to dvc.yaml', () => {
  it('is trained by its stages, read by its metrics, and its parameters are known', async () => {
    const scene = scenes.copyOf(origin)
    write(
      scene,
      'dvc.yaml',
      'stages:\n  train:\n    cmd: \'echo "{\\"auc\\": 0.9}" > out.json\'\n    params: [lr]\n    metrics: [out.json: { cache: false }]\n',
    )
    write(scene, 'params.yaml', 'lr: 0.5\n')
    write(scene, 'assay.yml', 'model: churn\ndvc: { repro: true }\ngates: [{ metric: auc, at_least: 0.5 }]\n')
    commit(scene)

    await scene.run()

    expect(scene.result().metrics.find(({ metric }) => metric === 'auc')?.candidate?.value).toBe(0.9)
    const config = parseConfig(scene.read('assay.yml'), 'assay.yml').config.models.churn!
    expect(await readParameters(scene.context, config)).toEqual({ lr: 0.5 })
  })
})

function dvc(scene: Scene, ...parameters: string[]): void {
  const env = { ...gitEnvironment(), DVC_NO_ANALYTICS: 'true' }
  execFileSync('dvc', parameters, { cwd: scene.folder, env, stdio: 'pipe' })
}

function write(scene: Scene, path: string, text: string): void {
  mkdirSync(dirname(join(scene.folder, path)), { recursive: true })
  writeFileSync(join(scene.folder, path), text)
}

/** Whatever was changed, as a commit of its own. */
function commit(scene: Scene): void {
  scene.repository.git('add', '--all')
  scene.repository.git(
    '-c',
    'user.name=a',
    '-c',
    'user.email=a@example.com',
    'commit',
    '--allow-empty',
    '--quiet',
    '--message',
    'data',
  )
  scene.head = scene.repository.git('rev-parse', 'HEAD')
}

/** A remote of its own, in which what is stored under such names is something else. */
function damaged(scene: Scene, isMeant: (name: string) => boolean): void {
  const own = join(scene.folder, '../damaged')
  rmSync(own, { recursive: true, force: true })
  cpSync(store, own, { recursive: true })
  for (const entry of readdirSync(own, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !isMeant(entry.name)) continue
    const place = join(entry.parentPath, entry.name)
    rmSync(place)
    writeFileSync(place, 'damaged')
  }
  dvc(scene, 'remote', 'modify', 'storage', 'url', own)
}

/** A PATH on which `dvc` is a script. */
function withDvc(scene: Scene, script: string): string {
  const folder = `${scene.folder}-bin`
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'dvc'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return `${folder}:${process.env.PATH}`
}
