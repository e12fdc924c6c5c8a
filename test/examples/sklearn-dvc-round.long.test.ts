import { execFile } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { builtCli } from '../support/built-cli.ts'
import { gitEnvironment, testFolder } from '../support/git-repository.ts'
import { startGitServer } from '../support/git-server.ts'
import { noMlflow, startMlflow } from '../support/mlflow.ts'
import { MLSERVER, type MlserverPorts, mlserverPorts, startMlserver } from '../support/mlserver.ts'
import { sha256, startRegistry, type TestRegistry } from '../support/registry.ts'
import { missing } from '../support/tools.ts'

/** The round of the example's README, its commands as they stand there: each test runs those of a paragraph. */

const EXAMPLE = resolve('examples/sklearn-dvc')
const without =
  noMlflow() ??
  missing('dvc', '--version') ??
  missing('python3', '-c', 'import sklearn, pandas, pyarrow, joblib, yaml') ??
  missing('docker-registry', '--version') ??
  missing('skopeo', '--version') ??
  missing('curl', '--version') ??
  missing(`${MLSERVER}/python3`, '-c', 'import mlserver_sklearn')

const execute = promisify(execFile)

// biome-ignore lint/suspicious/noExplicitAny: what others answer and what was written, looked into
type Answer = any

const { folder, remove } = testFolder()
const stops: (() => Promise<unknown>)[] = []
let paragraphs: Map<string, string[]>
let registry: TestRegistry
let mlflow: { address: string; stop(): Promise<void> }
let ports: MlserverPorts

describe.skipIf(without !== undefined)('the round of examples/sklearn-dvc', () => {
  beforeAll(async () => {
    registry = await startRegistry()
    stops.push(registry.stop)
    const git = await startGitServer(folder)
    stops.push(git.close)
    mlflow = await startMlflow('3.17.2', join(folder, 'mlflow'))
    stops.push(mlflow.stop)
    ports = await mlserverPorts()
    const here: [string, string][] = [
      ['http://127.0.0.1:8000', git.url('').replace(/\/$/, '')],
      ['127.0.0.1:5000', registry.host],
      ['127.0.0.1:8080', `127.0.0.1:${ports.http}`],
      ['/tmp/digits', folder],
    ]
    const moved = (text: string) => here.reduce((now, [from, to]) => now.replaceAll(from, to), text)
    cpSync(EXAMPLE, join(folder, 'example'), { recursive: true })
    for (const path of readdirSync(EXAMPLE, { recursive: true, encoding: 'utf8' }))
      if (path === 'assay.yml' || /^deploy\/.*\.yaml$|^deploy\/assay-deploy\.yml$/.test(path))
        writeFileSync(join(folder, 'example', path), moved(readFileSync(join(EXAMPLE, path), 'utf8')))
    paragraphs = commandsOf(moved(readFileSync(join(EXAMPLE, 'README.md'), 'utf8')))
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin/assay'), `#!/bin/sh\nexec '${process.execPath}' '${builtCli()}' "$@"\n`)
    chmodSync(join(folder, 'bin/assay'), 0o755)
  })
  afterAll(async () => {
    for (const stop of stops) await stop()
    remove()
  })

  it('has the data in the remote of DVC, and in git its hash alone', async () => {
    await follow('The repositories')

    const inGit = (await inModel('ls-tree -r --name-only main')).split('\n')
    expect(inGit).toContain('data/digits.csv.dvc')
    expect(inGit).not.toContain('data/digits.csv')
    expect(inGit).not.toContain('predictions.parquet')
    expect(existsSync(join(folder, 'store/files/md5', dataHash().replace(/^../, '$&/')))).toBe(true)
  })

  it('pulls, trains, weighs, finds the model safe, packages and proposes', async () => {
    const said = await follow('A job of CI')

    expect(said).toContain('1 file fetched')
    const { verdict, gates, files, mlflow: logged } = result()
    expect(verdict).toBe('inconclusive')
    for (const name of ['safe to load', 'accuracy at least 0.97'])
      expect(gates).toContainEqual(expect.objectContaining({ name, verdict: 'pass' }))
    const trained = readFileSync(join(folder, 'job/model.joblib'))
    expect(files.kept).toEqual([
      expect.objectContaining({ file: 'model.joblib', sha256: hex(trained), verdict: 'safe' }),
      expect.objectContaining({ file: 'model-settings.json', verdict: 'safe' }),
    ])
    expect(logged.problems).toEqual([])
    expect(await servedIn('staging')).toMatchObject({ commit: await head(), digest: record().image.digest })
    expect(await servedIn('production')).toBeUndefined()
    expect(readdirSync(join(folder, 'rows'))).toEqual([`${record().rows.hash}.rows`])
  })

  it('has logged to MLflow what its files say', async () => {
    const { run } = await ask(`runs/get?run_id=${result().mlflow.at.run}`)
    const metrics = JSON.parse(readFileSync(join(folder, 'job/metrics.json'), 'utf8'))

    expect(valuesOf(run.data.params)).toMatchObject({ 'train/C': '1', 'split/seed': '20' })
    expect(valuesOf(run.data.metrics)).toMatchObject({
      accuracy: metrics.accuracy,
      '8/recall': metrics['8'].recall,
    })
    expect(valuesOf(run.data.tags)).toMatchObject({ 'mlflow.source.git.commit': await head() })
  })

  it('serves in production what a person merged, by its digest, and MLflow knows it', async () => {
    await follow('A person merges')

    const { digest } = record().image
    expect(await servedIn('production')).toMatchObject({ commit: await head(), digest })
    const { model_version: version } = await ask('registered-models/alias?name=digits&alias=champion')
    expect(version.source).toBe(`oci://${registry.host}/digits@${digest}`)
    expect(version.run_id).toBe(record().mlflow.run)
  })

  it('is pulled as the bytes that were trained, and answers as the model does', async () => {
    const [pull, question] = paragraphs.get('What serves')!
    await run(pull!)
    const served = join(folder, 'served/models')
    for (const file of [join(served, 'model.joblib'), join(folder, 'job/model.joblib')])
      expect(hex(readFileSync(file))).toBe(record().scanned[0].sha256)
    stops.unshift((await startMlserver(served, 'digits', ports)).stop)
    const [{ data }] = JSON.parse(await run(question!)).outputs

    const predicted = await run(
      `python3 -c '
import joblib, json, pandas
rows = pandas.read_csv("data/digits.csv", nrows=10).filter(like="pixel_").to_numpy()
print(json.dumps(joblib.load("model.joblib").predict(rows).tolist()))'`,
      join(folder, 'job'),
    )
    expect(data).toEqual(JSON.parse(predicted))
    expect(new Set(data).size).toBeGreaterThan(5)
  })

  it('compares the next pull request with it row by row, and runs it not', async () => {
    const champion = record()
    const said = await follow('A pull request')
    expect(said.match(/^▸ (Train|Evaluate).*$/gm)).toEqual([
      '▸ Train digits: dvc repro train',
      '▸ Evaluate digits: dvc repro evaluate',
    ])
    const judged = result()
    expect(judged.verdict).toBe('pass')
    expect(judged.champion).toMatchObject({ commit: champion.commit })
    const accuracy = judged.metrics.find(({ metric }: Answer) => metric === 'accuracy')
    expect(accuracy.differences.champion).toMatchObject({ paired: true, rows: 899 })
    expect(accuracy.candidate.value).not.toBe(accuracy.champion.value)
  })

  it('is made again with the same metrics', async () => {
    const said = await follow('Six months later')

    expect(said).toContain('It was reproduced')
    const rows = said.match(/^ {2}\S.* (same|within the interval|differs|missing)$/gm)!
    expect(rows.length).toBeGreaterThan(40)
    expect(rows.filter(row => !row.endsWith(' same'))).toEqual([])
  })
})

/** The `sh` blocks of each paragraph with a bold beginning. */
function commandsOf(readme: string): Map<string, string[]> {
  const parts = readme.split(/^(?=\*\*)/m).map((part): [string, string[]] => {
    const blocks = [...part.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text]) => text!)
    return [/^\*\*(.+?)\.?\*\*/.exec(part)?.[1] ?? '', blocks]
  })
  return new Map(parts)
}

async function follow(paragraph: string): Promise<string> {
  const blocks = paragraphs.get(paragraph) ?? []
  expect(blocks, paragraph).toHaveLength(1)
  return run(blocks[0]!)
}

/** Whatever was printed. What fails is thrown, with that. */
async function run(commands: string, cwd = join(folder, 'example')): Promise<string> {
  const { stdout, stderr } = await execute('bash', ['-ec', commands], { cwd, env: environment() })
  return `${stdout}${stderr}`
}

/** Of somebody at a machine of their own: no CI, nobody's settings, and what is left behind lies in the folder. */
function environment(): Record<string, string> {
  const { PATH = '', LANG = 'C.UTF-8' } = process.env
  const git = Object.entries(gitEnvironment()).filter(([name]) => name.startsWith('GIT_'))
  const person = ['AUTHOR', 'COMMITTER'].flatMap(role => [
    [`GIT_${role}_NAME`, 'Ada'],
    [`GIT_${role}_EMAIL`, 'ada@example.com'],
  ])
  return {
    ...Object.fromEntries([...git, ...person]),
    PATH: [join(folder, 'bin'), PATH].join(delimiter),
    LANG,
    HOME: folder,
    TMPDIR: folder,
    DVC_NO_ANALYTICS: 'true',
    DVC_SITE_CACHE_DIR: join(folder, 'dvc-site'),
    MLFLOW_TRACKING_URI: mlflow.address,
    ASSAY_BASELINES_KEY: '8f3c01d97ae6b254'.repeat(4),
  }
}

async function inModel(parameters: string): Promise<string> {
  return (await run(`git ${parameters}`, join(folder, 'model'))).trim()
}

function head(): Promise<string> {
  return inModel('rev-parse main')
}

function dataHash(): string {
  return parse(readFileSync(join(EXAMPLE, 'data/digits.csv.dvc'), 'utf8')).outs[0].md5
}

function hex(bytes: Uint8Array): string {
  return sha256(bytes).slice('sha256:'.length)
}

/** Of what was judged last. */
function result(): Answer {
  return JSON.parse(readFileSync(join(folder, 'job/assay-result/digits/result.json'), 'utf8'))
}

/** Of what was released. */
function record(): Answer {
  return parse(readFileSync(join(folder, 'job/assay-result/digits/model-release.yaml'), 'utf8'))
}

/** The commit of the record, and the digest that the manifests name; undefined before the first release. */
async function servedIn(environment: string): Promise<{ commit: string; digest: string } | undefined> {
  const place = `apps/digits/overlays/${environment}`
  const show = (file: string) => run(`git show 'main:${place}/${file}'`, join(folder, 'deploy.git'))
  const files = await run(`git ls-tree --name-only main ${place}/`, join(folder, 'deploy.git'))
  if (!files.includes('model-release.yaml')) return undefined
  const [{ digest }] = parse(await show('kustomization.yaml')).images
  return { commit: parse(await show('model-release.yaml')).commit, digest }
}

async function ask(path: string): Promise<Answer> {
  const answer = await fetch(`${mlflow.address}/api/2.0/mlflow/${path}`)
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

function valuesOf(pairs: { key: string; value: unknown }[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value]))
}
