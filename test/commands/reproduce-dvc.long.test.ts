import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/commands/reproduce.ts'
import type { ReleaseRecord } from '../../src/core/release/record.ts'
import { renderRelease } from '../../src/core/release/record-file.ts'
import { releaseFrom } from '../../src/core/release/release-from.ts'
import { gitEnvironment } from '../support/git-repository.ts'
import { type GitServer, startGitServer } from '../support/git-server.ts'
import { DIGEST } from '../support/releases.ts'
import { missing } from '../support/tools.ts'
import { DEPLOY_CONFIG, deployHistory, recordOf } from './deploy-history.ts'
import { type Scene, useScenes } from './scene.ts'

/** `assay reproduce --run` with the data of a real DVC, and with packages of a lockfile. Nothing is fetched from the network. */

const without =
  missing('dvc', '--version') ?? missing('python3', '-c', 'import sklearn, pandas, pyarrow, ensurepip')
const scenes = useScenes()
const served = join(scenes.folder, 'served')
const store = join(scenes.folder, 'store')
const made: string[] = []
let server: GitServer
beforeAll(async () => {
  mkdirSync(served)
  server = await startGitServer(served)
})
afterAll(async () => {
  await server.close()
  for (const folder of made.flatMap(one => [one, `${one}-packages`]))
    rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(without !== undefined)('examples/sklearn-dvc, made again from its record', () => {
  let scene: Scene
  let record: ReleaseRecord
  beforeAll(async () => {
    const files = filesBelow(resolve('examples/sklearn-dvc'))
    // Nothing says what is pulled: it is what the record names.
    const config = files['assay.yml']!.replace(/^dvc:\n(?: .*\n)+/m, 'train: dvc repro train\n')
    scene = scenes.local({ ...files, 'assay.yml': config }, {})
    const { folder } = scene
    dvc(scene, 'init', '--quiet')
    execFileSync('python3', ['prepare.py'], { cwd: folder, stdio: 'pipe' })
    dvc(scene, 'add', '--quiet', 'data/digits.csv')
    dvc(scene, 'remote', 'add', '--quiet', '--default', 'storage', store)
    dvc(scene, 'push', '--quiet', 'data/digits.csv')
    commit(scene)
    await scene.run()
    record = await recordFor(scene, 'digits', 'digits')
  })

  it('has identical metrics, from data that was pulled', async () => {
    const { again, exitCode, text } = await reproduce('digits', record)

    expect(exitCode, text).toBe(0)
    expect(again.metrics.length).toBeGreaterThan(10)
    expect([...new Set(again.metrics.map(({ agreement }) => agreement))]).toEqual(['same'])
    expect(existsSync(join(again.folder, 'data/digits.csv'))).toBe(true)
    expect(text).toContain('what is missing is made by the training: model.joblib')
    expect(text).not.toContain('the data is not that of the release')
  })

  it('is told to be gone where its data is, and not failed', async () => {
    renameSync(store, `${store}-away`)
    try {
      const { exitCode, text, again } = await reproduce('digits', record)

      expect(exitCode).toBe(1)
      expect(text).toContain('It cannot be made again as it was.')
      expect(text).toMatch(
        /! the data is gone: the remote `storage` \(\S+store\) is a folder that is not on this machine/,
      )
      expect(text).toContain('! the data is gone: `data/digits.csv` is not there')
      expect(again).toMatchObject({ reproduced: false })
    } finally {
      renameSync(`${store}-away`, store)
    }
  })

  it('names another GPU', async () => {
    const { text } = await reproduce('digits', { ...record, gpus: ['NVIDIA H100'] })

    expect(text).toContain('! it was trained on NVIDIA H100, here on none that could be measured')
  })
})

describe.skipIf(without !== undefined)('the packages of the lockfile', () => {
  const SCRIPT = `import sys, tinydep
open('metrics.json', 'w').write('{"auc": %s}' % tinydep.VALUE)
print(sys.prefix)
`
  const CONFIG = `model: churn
train: python train.py
metrics: metrics.json
directions: { auc: higher }
gates: [{ metric: auc, at_least: 0.5 }]
`
  let scene: Scene
  let record: ReleaseRecord
  beforeAll(async () => {
    scene = scenes.local({ 'assay.yml': CONFIG, 'train.py': SCRIPT, '.python-version': '2.7\n' }, {})
    const hash = writeWheel(scene, '0.75')
    write(scene, 'requirements.txt', `--no-index\n--find-links wheels\ntinydep==1.0 --hash=sha256:${hash}\n`)
    // What was installed when it was made; the machine has it in no other way.
    write(scene, 'tinydep.py', 'VALUE = 0.75\n')
    commit(scene)
    await scene.run()
    rmSync(join(scene.folder, 'tinydep.py'))
    commit(scene)
    record = await recordFor(scene, 'churn', 'locked')
  })

  it('are installed into a folder of their own, and found first', async () => {
    const inImage = { ...record, trained_in: `ghcr.io/acme/train@${DIGEST}` }
    const { exitCode, text, again, log } = await reproduce('churn', inImage, { 'own-packages': false })

    expect(exitCode, text).toBe(0)
    expect(again.metrics).toEqual([expect.objectContaining({ metric: 'auc', agreement: 'same' })])
    expect(log).toContain(`${again.folder}-packages`)
    expect(text).toContain(`! it was trained in ${inImage.trained_in}, and here with the lockfile alone`)
    expect(text).toMatch(/! the commit asks for Python 2\.7, and here it is 3\./)
  })

  it('are not those of the machine, unless that is asked for', async () => {
    const { exitCode, text } = await reproduce('churn', record, { 'own-packages': true })

    expect(exitCode).toBe(2)
    expect(text).toContain("No module named 'tinydep'")
  })

  it.each([
    [
      'deleted since',
      (own: Scene) => rmSync(join(own.folder, 'wheels'), { recursive: true }),
      /tinydep==1\.0 is not to be had/,
    ],
    ['another under the same name', (own: Scene) => void writeWheel(own, '0.1'), /the hashes differ/],
  ])('that are gone are told, and not failed: %s', async (name, change, words) => {
    const own = scenes.copyOf(scene)
    change(own)
    mkdirSync(join(own.folder, 'wheels'), { recursive: true })
    write(own, 'wheels/README', 'wheels')
    commit(own)
    const gone = { ...(await recordFor(own, 'churn', `gone-${name.length}`)) }

    const { exitCode, text, again } = await reproduce('churn', gone, { 'own-packages': false })

    expect(exitCode).toBe(1)
    expect(text).toMatch(words)
    expect(again).toMatchObject({ reproduced: false })
  })
})

/** The release of what was judged last, of the commit that is there now, with its repository on the server. */
async function recordFor(scene: Scene, model: string, name: string): Promise<ReleaseRecord> {
  const result = scene.result(model)
  const commit = scene.repository.git('rev-parse', 'HEAD')
  cpSync(join(scene.folder, '.git'), join(served, `${name}.git`), { recursive: true })
  return releaseFrom(
    { ...result, candidate: { ...result.candidate, commit } },
    {
      commit,
      committed: '2026-03-01T11:00:00Z',
      created: '2026-03-01T11:30:00Z',
      repository: server.url(`${name}.git`),
      by: 'ada',
      image: { name: 'registry.example/acme/churn', digest: DIGEST },
    },
  )
}

let count = 0

async function reproduce(model: string, record: ReleaseRecord, more: { 'own-packages'?: boolean } = {}) {
  const { context, log } = scenes.local({ 'a.txt': 'a' }, {})
  const path = recordOf(model, 'production')
  const { url } = deployHistory(join(scenes.folder, `deploy-${++count}`), [
    ['2026-05-10T08:00:00Z', { 'assay-deploy.yml': DEPLOY_CONFIG, [path]: renderRelease(record) }],
  ])
  const result = await run(context, {
    config: 'assay.yml',
    model,
    environment: 'production',
    at: undefined,
    run: true,
    'own-packages': true,
    'in-image': undefined,
    output: 'assay-result',
    'deploy-repo': url,
    'deploy-branch': undefined,
    ...more,
  })
  const { again } = result.json as { again: { folder: string; metrics: { agreement: string }[] } }
  made.push(again.folder)
  return { ...result, again, log: log.join('\n') }
}

function filesBelow(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return Object.fromEntries(
    files
      .filter(({ name }) => name !== 'predictions.parquet' && name !== 'metrics.json')
      .map(({ parentPath, name }) => join(parentPath, name))
      .map(path => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  )
}

/** The smallest wheel there can be. @returns its sha256 */
function writeWheel(scene: Scene, value: string): string {
  const script = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    for name, text in [
        ('tinydep.py', 'VALUE = ' + sys.argv[2] + chr(10)),
        ('tinydep-1.0.dist-info/METADATA', 'Metadata-Version: 2.1' + chr(10) + 'Name: tinydep' + chr(10) + 'Version: 1.0' + chr(10)),
        ('tinydep-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0' + chr(10) + 'Root-Is-Purelib: true' + chr(10) + 'Tag: py3-none-any' + chr(10)),
        ('tinydep-1.0.dist-info/RECORD', ''),
    ]:
        wheel.writestr(zipfile.ZipInfo(name), text)
`
  const file = join(scene.folder, 'wheels/tinydep-1.0-py3-none-any.whl')
  mkdirSync(dirname(file), { recursive: true })
  execFileSync('python3', ['-c', script, file, value])
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

function dvc(scene: Scene, ...parameters: string[]): void {
  const env = { ...gitEnvironment(), DVC_NO_ANALYTICS: 'true' }
  execFileSync('dvc', parameters, { cwd: scene.folder, env, stdio: 'pipe' })
}

function write(scene: Scene, path: string, text: string): void {
  mkdirSync(dirname(join(scene.folder, path)), { recursive: true })
  writeFileSync(join(scene.folder, path), text)
}

function commit(scene: Scene): void {
  scene.repository.git('add', '--all')
  const person = ['-c', 'user.name=a', '-c', 'user.email=a@example.com']
  scene.repository.git(...person, 'commit', '--allow-empty', '--quiet', '--message', 'data')
}
