import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startCli } from '../cli/cli.ts'
import { deployFiles } from '../commands/deploys.ts'
import { baseFiles, type Files, type Scene, useScenes } from '../commands/scene.ts'
import { plainPlace } from '../forges/deploy-places.ts'
import { useGithub } from '../support/emulator.ts'
import { startMlflowDouble } from '../support/mlflow-double.ts'
import { describeLong, describeOnce } from '../support/rounds.ts'
import { runStep } from './runner.ts'

const scenes = useScenes()
const github = useGithub()

/** Known by their variables, by their shape, or by what people look like. */
const VARIABLES = {
  WAREHOUSE_PASSWORD: 'pl4nted-Wm45xK-uu2!',
  FEATURE_STORE_TOKEN: 'pl4nted.zq81Tr7Lmn03',
}
const SHAPES = [
  `ghp_${'pL7n'.repeat(9)}`,
  `glpat-${'pL7n'.repeat(5)}`,
  `xoxb-${'1234567890-'.repeat(2)}pL7nted`,
  `AKIA${'PL7NTEDX'.repeat(2)}`,
]
const PEOPLE = ['kim.planted@example.com', '+49 30 7654321', 'DE89370400440532013000']
const PLANTED = [...Object.values(VARIABLES), ...SHAPES, ...PEOPLE]

/** A pull request that holds each of these in every file that Assay reads, and prints the secrets while it trains: of people a team's own command may write what it likes. */
function planted(release?: { deploy: string; mlflow: string }): { base: Files; changes: Files } {
  const all = PLANTED.join(' ')
  const rows = Array.from({ length: 400 }, (_, row) => {
    const label = row % 2
    const said = row % 20 === 0 ? 1 - label : label
    const value = PLANTED[row % PLANTED.length]!
    return `r${row},${label},${((said === 1 ? 0.7 : 0.1) + (row % 19) / 100).toFixed(2)},${value},${value}`
  })
  const predictions = `id,label,score,desk,customer_email\n${rows.join('\n')}\n`
  const config = `model: churn
train: cat secrets.txt; cat secrets.txt >&2; cp measured.json metrics.json
evaluate: cp candidate.csv predictions.csv
predictions: { file: predictions.csv, score: score, slices: [desk, customer_email] }
metrics: metrics.json
parameters: params.json
notes: notes.md
owner: team churn
champion: champion
gates:
  - { metric: accuracy, not_worse_than: champion, margin: 0.3, name: "desks of ${SHAPES[0]}" }
${release ? releasing(release) : ''}`
  return {
    base: baseFiles({
      'assay.yml': config,
      'champion/predictions.csv': predictions,
      'candidate.csv': predictions,
      ...(release && {
        'data.dvc': `outs:\n${PLANTED.map(path => `- { path: ${JSON.stringify(`${path}.csv`)}, md5: ${'1f'.repeat(16)} }\n`).join('')}`,
        [MODEL_FILE]: '{}',
        'requirements.txt': `numpy==2.0.0\n--index-url https://kim:${VARIABLES.WAREHOUSE_PASSWORD}@pypi.example/simple\n`,
      }),
      'secrets.txt': [...Object.values(VARIABLES), ...SHAPES].join('\n'),
      'notes.md': `Trained by ${all}.\n`,
      'params.json': JSON.stringify({ db_password: PLANTED[0], rate: 0.1, note: all, [SHAPES[1]!]: 1 }),
      'measured.json': JSON.stringify({
        loss: 0.4,
        [`auc ${SHAPES[0]}`]: 0.5,
        [`of/${PEOPLE[0]}`]: 1,
        x: all,
      }),
    }),
    changes: { 'notes.md': `Trained anew by ${all}.\n` },
  }
}

const MODEL_FILE = `of ${PEOPLE[0]} ${SHAPES[0]}.json`

function releasing({ deploy, mlflow }: { deploy: string; mlflow: string }): string {
  return `data: [data.dvc]
scan: { files: [${JSON.stringify(MODEL_FILE)}] }
mlflow: { server: '${mlflow}', metrics: true, register: churn }
deploy: ${deploy}
package: { image: 'registry.example/acme/churn@sha256:${'1f'.repeat(32)}' }
`
}

/** All that a folder holds, names and bytes. */
function filesIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name))
    .filter(path => statSync(path).isFile())
    .map(path => `${path}\n${readFileSync(path, 'latin1')}`)
    .join('\n')
}

/** What is in a text although it was planted, in any form, with what stands around it. */
function found(text: string): string[] {
  const forms = (secret: string) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1),
    Buffer.from(secret).toString('hex'),
    [...secret].reverse().join(''),
  ]
  return PLANTED.flatMap(secret =>
    forms(secret).flatMap(form => {
      const at = text.indexOf(form)
      return at < 0 ? [] : [text.slice(Math.max(0, at - 60), at + form.length + 20)]
    }),
  )
}

function outputOf(scene: Scene): string {
  return filesIn(join(scene.folder, 'assay-result'))
}

describeOnce('what is planted in every input', () => {
  it('SE-001, SE-005, SE-006: is in no output of a pull request', async () => {
    const { base, changes } = planted()
    const scene = await scenes.onGithub(github, base, changes)

    const { stdout, lines, summary, outputs } = await runStep(scene, {}, VARIABLES)

    expect(stdout).toContain('churn: pass')
    const log = lines.filter(line => !line.startsWith('::add-mask::')).join('\n')
    expect(found(log)).toEqual([])
    expect(found(summary)).toEqual([])
    expect(found(JSON.stringify(outputs))).toEqual([])
    expect(found(JSON.stringify(await github.comments(scene.pullRequest)))).toEqual([])
    expect(found(JSON.stringify(await github.checks(scene.headSha)))).toEqual([])
    expect(found(outputOf(scene))).toEqual([])
    expect(outputOf(scene)).toContain('[masked 1]')
  })
})

describeLong('what is planted in every input', () => {
  it('SE-001, SE-005, SE-006: is in no output of a release, and in nothing that it writes into git', async () => {
    const config =
      'path: apps/{model}/overlays/{environment}\ntarget: kustomize\noptions: { image: "{model}" }\n'
    const files = deployFiles('churn', `${config}environments: { staging: {} }\n`, ['staging'])
    const place = await plainPlace(undefined, scenes.folder, { files })
    const bare = join(scenes.folder, place.repository!)
    const mlflow = await startMlflowDouble()
    const { base, changes } = planted({ deploy: `file://${bare}`, mlflow: mlflow.address })
    const scene = scenes.local(base, changes)
    const subject = `use ${SHAPES[0]} of ${VARIABLES.WAREHOUSE_PASSWORD}`
    scene.repository.git('commit', '--amend', '--quiet', '--message', subject)
    scene.repository.git('remote', 'add', 'origin', 'https://git.example/acme/churn.git')

    const env = {
      ...VARIABLES,
      MLFLOW_TRACKING_URI: mlflow.address,
      MLFLOW_TRACKING_TOKEN: 'pl4nted-of-mlflow',
    }
    const judged = await startCli(scene.folder, ['run', '--no-release'], env).ended
    const released = await startCli(scene.folder, ['release'], env).ended
    await mlflow.stop()

    expect(released).toMatchObject({ exitCode: 0 })
    for (const { stdout, stderr } of [judged, released]) expect(found(stdout + stderr)).toEqual([])
    expect(found(outputOf(scene))).toEqual([])
    for (const sink of ['model-sbom.json', 'model-release.yaml'])
      expect(readFileSync(join(scene.folder, 'assay-result/churn', sink), 'utf8')).toContain('of [e-mail]')
    const sent = mlflow.requests.map(({ call, sent }) => `${call} ${sent}`).join('\n')
    expect(sent).toMatch(/log-inputs[\s\S]*\[e-mail\]/)
    expect(sent).toMatch(/log-batch[\s\S]*"rate"/)
    expect(sent).toContain('model-versions/create')
    expect(found(sent)).toEqual([])
    expect(sent + outputOf(scene)).not.toContain('pl4nted-of-mlflow')
    const git = (...args: string[]) => execFileSync('git', ['-C', bare, ...args], { encoding: 'latin1' })
    const written = git('log', '--all', '--patch', '--format=%H %s%n%b')
    expect(written).toContain('model-release.yaml')
    expect(found(written)).toEqual([])
  })
})
