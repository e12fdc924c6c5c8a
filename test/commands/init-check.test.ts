import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { run as check } from '../../src/commands/check.ts'
import { run as init } from '../../src/commands/init.ts'
import { parseConfig } from '../../src/core/config/read-config.ts'
import { useGithub } from '../support/emulator.ts'
import { INIT_DEFAULTS } from '../support/init-options.ts'
import { baseFiles, CONFIG, type Files, good, type Scene, useScenes } from './scene.ts'

const github = useGithub()
const scenes = useScenes()

const CHECK_DEFAULTS = { config: 'assay.yml', base: undefined }
const PYTHON: Files = { 'train.py': '', 'evaluate.py': '', 'metrics.json': '{"accuracy": 0.9}' }
const NODE: Files = {
  ...PYTHON,
  'train.py': undefined,
  'evaluate.py': undefined,
  'train.mjs': '',
  'evaluate.mjs': '',
}
const DVC: Files = {
  'dvc.yaml': 'stages: {}',
  'dvc.lock': "schema: '2.0'\nstages: {}\n",
  'metrics.json': '{"f1": 0.5}',
}
const CI_FILES = { github: '.github/workflows/assay.yml', gitlab: '.gitlab-ci.yml', jenkins: 'Jenkinsfile' }

const configOf = (scene: Scene) => parseConfig(scene.read('assay.yml'), 'assay.yml').config.models

describe('assay init', () => {
  for (const [kind, files] of Object.entries({ Python: PYTHON, Node: NODE, DVC }))
    for (const ci of ['github', 'gitlab', 'jenkins'] as const)
      it(`in a ${kind} repository with ${ci}: what it writes parses and passes the check`, async () => {
        const scene = scenes.local(files, {})

        const { text } = await init(scene.context, { ...INIT_DEFAULTS, ci })
        const checked = await check(scene.context, CHECK_DEFAULTS)

        expect(text).toContain(`Wrote ${CI_FILES[ci]}`)
        expect(checked.exitCode, checked.text).toBe(0)
        if (ci !== 'jenkins') expect(parse(scene.read(CI_FILES[ci]))).toBeTypeOf('object')
        expect(scene.read(CI_FILES[ci])).not.toContain('undefined')
      })

  it('says which file the system did not let it write, and that it can be run again', async () => {
    const scene = scenes.local({ ...PYTHON, '.github': 'a file where a folder is to be\n' }, {})

    await expect(init(scene.context, { ...INIT_DEFAULTS, ci: 'github' })).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      problems: [
        { where: { file: '.github/workflows/assay.yml' }, fix: expect.stringContaining('run it again') },
      ],
    })
  })

  it('names the files of parameters and metrics that dvc.yaml names', async () => {
    const scene = scenes.local(
      {
        'dvc.yaml': 'stages:\n  train: { cmd: x, params: [lr], metrics: [out/report.json] }\n',
        'dvc.lock': "schema: '2.0'\nstages: {}\n",
        'metrics.json': '{"f1": 0.5}',
        'out/report.json': '{"acc": 0.5}',
        'params.yaml': 'lr: 0.1\n',
      },
      {},
    )

    await init(scene.context, { ...INIT_DEFAULTS, ci: 'github' })

    expect(Object.values(configOf(scene))[0]).toMatchObject({
      metrics: [{ file: 'out/report.json' }],
      parameters: 'params.yaml',
      data: ['dvc.lock'],
      gates: [{ metric: 'acc' }],
    })
  })

  it('reads the columns of JSON lines and of what is packed, as of CSV', async () => {
    const lines = [
      { words: ['nested'], uid: 'a', churn: 1, p_churn: 0.75 },
      { words: ['nested'], uid: 'b', churn: 0, p_churn: 0.25 },
    ]
    const json = lines.map(line => `${JSON.stringify(line)}\n`).join('')
    const csv = 'uid,churn,p_churn\na,1,0.75\nb,0,0.25\n'
    const predictions = {
      'predictions.jsonl': Buffer.from(json),
      'test_predictions.ndjson.gz': gzipSync(json),
      'predictions.csv.zst': zstdCompressSync(csv),
      'preds.tsv.gz': gzipSync(csv.replaceAll(',', '\t')),
    }
    const scene = scenes.local({ 'README.md': '' }, {})
    for (const [file, bytes] of Object.entries(predictions)) {
      const folder = join(scene.folder, 'models', file.replace(/\W/g, '-'))
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'train.py'), '')
      writeFileSync(join(folder, file), bytes)
    }

    const { text } = await init(scene.context, { ...INIT_DEFAULTS, ci: 'github' })

    expect(text).not.toMatch(/^✗/m)
    const found = Object.values(configOf(scene)).map(({ predictions }) => predictions)
    expect(found).toHaveLength(4)
    for (const one of found) expect(one).toMatchObject({ id: 'uid', label: 'churn', score: 'p_churn' })
  })

  it('with the bot: a workflow that only reads and leaves its result, which the check takes, and none over another', async () => {
    const scene = scenes.local(PYTHON, {})

    await init(scene.context, { ...INIT_DEFAULTS, bot: true })
    const checked = await check(scene.context, CHECK_DEFAULTS)
    const { text } = await init(scene.context, { ...INIT_DEFAULTS, bot: true })

    const { permissions, jobs } = parse(scene.read(CI_FILES.github))
    expect(permissions).toEqual({ contents: 'read' })
    expect(jobs.assay.steps.at(-1).with).toEqual({
      name: 'assay-result',
      path: 'assay-result/*/result.json\nassay-result/*/model-profile.json\n',
    })
    expect(checked.exitCode, checked.text).toBe(0)
    expect(checked.text).not.toMatch(/may not write|names no permissions/)
    expect(text).toContain(`${CI_FILES.github} exists and was left as it is`)
  })

  it.each([
    ['github', '.github/workflows/assay-drift.yml'],
    ['gitlab', '.gitlab/assay-drift.yml'],
    ['jenkins', 'Jenkinsfile-drift'],
  ] as const)(
    'with --drift on %s: the schedule alone, of the model and the deploy repository that are there',
    async (ci, path) => {
      const config = 'model: fraud\nmetrics: metrics.json\ndeploy: acme/releases\n'
      const scene = scenes.local({ ...PYTHON, 'assay.yml': config }, {})

      const { text } = await init(scene.context, { ...INIT_DEFAULTS, ci, drift: true })

      expect(text).toMatch(new RegExp(`^Wrote ${path}\n\nNext:\n1\\. Write \`recent-rows.sh\``))
      expect(text).not.toContain('assay.yml exists')
      const written = scene.read(path)
      for (const part of [
        'acme/releases',
        'production/fraud/model-profile.yaml',
        'recent.parquet',
        'issue: true',
      ])
        expect(written).toContain(part)
    },
  )

  it('with --drift: a schedule of all models, each looked at by itself and with the rows of its own', async () => {
    const config = `models:
  fraud: { metrics: metrics.json, deploy: acme/releases }
  '1.0': { metrics: metrics.json, deploy: acme/other }
`
    const write = async (ci: 'github' | 'gitlab' | 'jenkins', path: string) => {
      const scene = scenes.local({ ...PYTHON, 'assay.yml': config }, {})
      const { text } = await init(scene.context, { ...INIT_DEFAULTS, ci, drift: true })
      expect(text).toContain('rows of the last day of the model that it is given first')
      return scene.read(path)
    }

    const { jobs } = parse(await write('github', '.github/workflows/assay-drift.yml'))
    const { strategy, steps } = jobs.drift
    expect(strategy).toEqual({
      'fail-fast': false,
      matrix: {
        include: [
          { model: 'fraud', deploy: 'acme/releases' },
          { model: '1.0', deploy: 'acme/other' },
        ],
      },
    })
    const [, deploy, rows, assay, kept] = steps
    const [model, deployed] = ['model', 'deploy'].map(name => `\${{ matrix.${name} }}`)
    expect(deploy.with.repository).toBe(deployed)
    expect(rows).toEqual({ run: './recent-rows.sh "$MODEL" recent.parquet', env: { MODEL: model } })
    expect(assay.with.profile).toBe(`deploy/environments/production/${model}/model-profile.yaml`)
    expect(kept.with.name).toBe(`assay-drift-${model}`)

    const { include, ...own } = parse(await write('gitlab', '.gitlab/assay-drift.yml'))
    const names = ['assay-drift-fraud', 'assay-drift-1.0']
    expect(Object.keys(own)).toEqual(names)
    expect(include.map(({ inputs }: { inputs: Record<string, string> }) => inputs['job-name'])).toEqual(names)
    expect(own[names[1]!].before_script).toEqual([
      expect.stringContaining('/acme/other.git" deploy'),
      './recent-rows.sh 1.0 recent.parquet',
    ])

    const groovy = await write('jenkins', 'Jenkinsfile-drift')
    expect(groovy).toContain(
      "[model: 'fraud', deploy: 'acme/releases'],\n    [model: '1.0', deploy: 'acme/other']\n",
    )
    expect(groovy).toContain(`profile: "deploy/environments/production/\${one.model}/model-profile.yaml",`)
    expect(groovy).toContain(`sh './recent-rows.sh "$MODEL" recent.parquet'`)
    expect(groovy.match(/[{[(]/g)).toHaveLength(groovy.match(/[}\])]/g)!.length)
  })

  it('with --drift on GitHub: what it hands to the action are its inputs, with the least rights', async () => {
    const scene = scenes.local(PYTHON, {})

    await init(scene.context, { ...INIT_DEFAULTS, ci: 'github', drift: true })

    const { permissions, jobs, concurrency } = parse(scene.read('.github/workflows/assay-drift.yml'))
    const { inputs } = parse(readFileSync('action.yml', 'utf8'))
    const steps = jobs.drift.steps as { uses?: string; with: object }[]
    const given = steps.find(({ uses = '' }) => uses.startsWith('assay-ml/'))!.with
    expect(permissions).toEqual({ contents: 'read', issues: 'write' })
    expect(concurrency).toEqual({ group: 'assay-drift' })
    expect(Object.keys(given).filter(name => name !== 'command' && !Object.hasOwn(inputs, name))).toEqual([])
  })

  it.each([
    [
      'the commands of Python',
      PYTHON,
      { train: { run: 'python train.py' }, evaluate: { run: 'python evaluate.py' } },
    ],
    ['the commands of Node', NODE, { train: { run: 'node train.mjs' } }],
    ['dvc repro and the lock file', DVC, { train: { run: 'dvc repro' }, data: ['dvc.lock'] }],
    ['the metrics file', PYTHON, { metrics: [{ file: 'metrics.json' }] }],
    [
      'the champion that lies there',
      { ...PYTHON, 'champion/predictions.csv': good, 'predictions.csv': good },
      { champion: { path: 'champion' }, predictions: { file: 'predictions.csv' } },
    ],
  ])('finds %s', async (_, files, expected) => {
    const scene = scenes.local(files, {})

    await init(scene.context, INIT_DEFAULTS)

    expect(Object.values(configOf(scene))[0]).toMatchObject(expected)
  })

  it('evaluates by nothing that is not there', async () => {
    const scene = scenes.local({ ...PYTHON, 'evaluate.py': undefined }, {})

    await init(scene.context, INIT_DEFAULTS)

    expect(Object.values(configOf(scene))[0]).not.toHaveProperty('evaluate')
  })

  it('tells a regression by its decimals', async () => {
    const rows = Array.from({ length: 40 }, (_, row) => `r${row},${row},${row}.25\n`).join('')
    const scene = scenes.local({ ...PYTHON, 'predictions.csv': `id,y_true,y_pred\n${rows}` }, {})

    await init(scene.context, INIT_DEFAULTS)

    expect(Object.values(configOf(scene))[0]).toMatchObject({
      predictions: { prediction: 'y_pred', task: 'regression' },
      gates: [{ metric: 'mae' }],
    })
  })

  it('in a repository of metrics alone: what it writes runs, and gates a metric that is there', async () => {
    const written = '{ "loss": 0.3, "test": { "acc": 0.8 } }'
    const files = { ...PYTHON, 'metrics.json': written, 'new.json': written }
    const scene = scenes.local(files, {})

    await init(scene.context, INIT_DEFAULTS)
    const [model] = Object.values(configOf(scene))

    expect(model).toMatchObject({
      metrics: [{ file: 'metrics.json' }],
      directions: { 'test/acc': 'higher' },
      gates: [{ metric: 'test/acc', not_worse_than: 'champion' }],
    })
    const text = scene.read('assay.yml')
    writeFileSync(
      join(scene.folder, 'assay.yml'),
      text
        .replace('python train.py', 'echo trained')
        .replace('python evaluate.py', 'cp new.json metrics.json'),
    )
    expect((await scene.run()).exitCode).toBe(0)
    expect(scene.result(Object.keys(configOf(scene))[0]).verdict).toBe('inconclusive')
  })

  it.each([
    ['id,label,score', { id: 'id', label: 'label', score: 'score' }],
    ['\ufeffrow_id,target,Proba', { id: 'row_id', label: 'target', score: 'Proba' }],
    ['"index","y_true","y_pred"', { id: 'index', label: 'y_true', prediction: 'y_pred' }],
    ['id,y,probability,pred', { id: 'id', label: 'y', score: 'probability', prediction: 'pred' }],
  ])('names the columns by the header of the predictions: %s', async (header, columns) => {
    const rows = header.split(',').length === 4 ? 'a,1,1,1\nb,0,0.5,0\n' : 'a,1,1\nb,0,0\n'
    const scene = scenes.local({ ...PYTHON, 'out/predictions.csv': `${header}\n${rows}` }, {})

    await init(scene.context, INIT_DEFAULTS)

    expect(Object.values(configOf(scene))[0]!.predictions).toMatchObject({
      file: 'out/predictions.csv',
      ...columns,
    })
  })

  it('tries other columns for the id where the first is not unique, and shows what else the loader says', async () => {
    // Beyond the rows that are looked at: the loader reads all.
    const rows = Array.from({ length: 2100 }, (_, row) => `u${row % 2050},i${row},${row % 2},0.5\n`).join('')
    const repeated = `id,item,label,score\n${rows}`
    const empty = 'id,label,score\na,1,0.7\nb,,0.2\nc,0,0.1\n'
    const [first, second] = [repeated, empty].map(table =>
      scenes.local({ 'train.py': '', 'predictions.csv': table }, {}),
    )

    await init(first!.context, INIT_DEFAULTS)
    const { text } = await init(second!.context, INIT_DEFAULTS)

    expect(Object.values(configOf(first!))[0]!.predictions).toMatchObject({ id: 'item', score: 'score' })
    expect(Object.values(configOf(second!))[0]!.predictions).toMatchObject({ id: 'id', label: 'label' })
    expect(text).toMatch(/^! .*predictions\.csv, as it lies here, could not be judged: .*`label`/m)
  })

  it('takes the predictions of the candidate for them, not those of the champion', async () => {
    const files = { 'train.py': '', 'champion/predictions.csv': good, 'results/predictions.csv': good }
    const scene = scenes.local(files, {})

    await init(scene.context, INIT_DEFAULTS)

    expect(Object.values(configOf(scene))[0]!.predictions!.file).toBe('results/predictions.csv')
  })

  it.each(['1e5', 'true', 'my model #1', '-x', 'ünïcode', '...'])(
    'writes a configuration that parses for a folder named %s with a hostile file name',
    async name => {
      const scene = scenes.local({}, {})
      const folder = join(scene.folder, name)
      mkdirSync(join(folder, '#1 b: c'), { recursive: true })
      writeFileSync(join(folder, '#1 b: c', 'predictions.csv'), 'id,label,score\n1,1,0.5\n')
      writeFileSync(join(folder, 'train.py'), '')

      await init({ ...scene.context, folder }, INIT_DEFAULTS)

      const { models } = parseConfig(readFileSync(join(folder, 'assay.yml'), 'utf8'), 'assay.yml').config
      expect(Object.values(models)[0]!.predictions!.file).toBe('#1 b: c/predictions.csv')
    },
  )

  it('never overwrites: what exists is left as it is, and the CI file is shown', async () => {
    const scene = scenes.local({ ...PYTHON, 'assay.yml': CONFIG, '.gitlab-ci.yml': 'stages: []\n' }, {})

    const { text } = await init(scene.context, INIT_DEFAULTS)

    expect(scene.read('assay.yml')).toBe(CONFIG)
    expect(scene.read('.gitlab-ci.yml')).toBe('stages: []\n')
    expect(text).toContain('assay.yml exists and was left as it is')
    expect(text).toContain('gitlab-component/templates/run.yml')
  })

  it('adds what it leaves to .gitignore, once, after all that stands there', async () => {
    const scene = scenes.local({ ...PYTHON, '.gitignore': '*.pyc' }, {})
    const ignored = scenes.local({ ...PYTHON, '.gitignore': '/assay-result\n' }, {})

    const { text } = await init(scene.context, INIT_DEFAULTS)
    await init(scene.context, INIT_DEFAULTS)
    await init(ignored.context, INIT_DEFAULTS)

    expect(text).toContain('Added assay-result/ to .gitignore')
    expect(scene.read('.gitignore')).toBe('*.pyc\nassay-result/\n')
    expect(ignored.read('.gitignore')).toBe('/assay-result\n')
  })

  it('shows what check says of it, and which questions are left', async () => {
    const sure = scenes.local(PYTHON, {})
    const open = scenes.local({ 'train.py': '' }, {})

    const said = await init(sure.context, INIT_DEFAULTS)
    const asked = await init(open.context, INIT_DEFAULTS)

    expect(said.text).toContain('assay.yml is valid')
    expect(said.text).toContain('Next: look at the files')
    expect(asked.text).toContain('One question is left in assay.yml')
    expect(asked.text).toMatch(/✗ assay\.yml:\d+:1: `predictions` has no value \(write it behind the key/)
    expect(asked).toMatchObject({ exitCode: 0, json: { questions: 1 } })
  })

  it('--force overwrites, --dry-run writes nothing', async () => {
    const forced = scenes.local({ ...PYTHON, 'assay.yml': 'x: 1' }, {})
    const dry = scenes.local(PYTHON, {})

    await init(forced.context, { ...INIT_DEFAULTS, force: true })
    const { text } = await init(dry.context, { ...INIT_DEFAULTS, 'dry-run': true })

    expect(forced.read('assay.yml')).toContain('model:')
    expect(() => dry.read('assay.yml')).toThrow()
    expect(text).toContain('Would write assay.yml')
    expect(text).toContain('    model:')
  })

  it.each([
    ['github', { '.github/dependabot.yml': '' }],
    ['gitlab', { '.gitlab-ci.yml': 'x: 1' }],
    ['jenkins', { Jenkinsfile: 'pipeline {}' }],
  ])('finds the CI in use: %s', async (ci, files) => {
    const scene = scenes.local(files, {})

    const { json } = await init(scene.context, { ...INIT_DEFAULTS, 'dry-run': true })

    expect(json).toMatchObject({ ci })
  })
})

describe('assay check', () => {
  it('says in one screen what the next pull request will do', async () => {
    const scene = scenes.local(baseFiles(), {})

    const { exitCode, text } = await check(scene.context, CHECK_DEFAULTS)

    expect(exitCode).toBe(0)
    expect(text.split('\n').length).toBeLessThan(24)
    for (const part of [
      '✓ assay.yml is valid: churn',
      '1. train     echo training',
      '2. evaluate  cp candidate.csv predictions.csv',
      '3. compare   with the champion: files in champion',
      '4. judge     accuracy not worse than champion by more than 0.05',
      'one comment, one check `assay / churn`',
    ])
      expect(text).toContain(part)
  })

  it('says which script is not there', async () => {
    const config = CONFIG.replace('echo training', 'python src/train.py --fast').replace(
      'cp candidate.csv predictions.csv',
      'cd x && python evaluate.py',
    )
    const scene = scenes.local(baseFiles({ 'assay.yml': config }), {})

    const { exitCode, text } = await check(scene.context, CHECK_DEFAULTS)

    expect(exitCode).toBe(0)
    expect(text).toContain('! churn: `train` runs src/train.py, which does not exist')
    expect(text).not.toContain('evaluate.py, which')
  })

  it('finds everything at once: configuration, workflow and token', async () => {
    const workflow =
      'on: pull_request\npermissions: { contents: read }\njobs:\n  a:\n    steps: [{ uses: assay-ml/assay@v0 }]\n'
    const scene = await scenes.onGithub(
      github,
      { 'assay.yml': `${CONFIG}gaets: 1\nsedes: 2\n`, '.github/workflows/model.yml': workflow },
      {},
      { token: 'ghs_wrong_0123456789' },
    )
    github.fail({ path: /user/, fault: 401 })

    const { exitCode, text } = await check(scene.context, CHECK_DEFAULTS)

    const problems = text.split('\n').filter(line => line.startsWith('✗'))
    expect(exitCode).toBe(2)
    expect(problems.join('\n')).toContain('unknown key `gaets` (did you mean `gates`?)')
    expect(problems.join('\n')).toContain('unknown key `sedes` (did you mean `seeds`?)')
    expect(problems.join('\n')).toContain(
      '.github/workflows/model.yml: job a may not write the comment and the check (add `pull-requests: write`, `checks: write`',
    )
    expect(problems).toHaveLength(4)
  })

  it("follows a workflow into the repository's own actions", async () => {
    const workflow =
      'on: pull_request_target\npermissions: {}\njobs:\n  a:\n    steps: [{ uses: ./.github/actions/outer }]\n'
    const head = '$' + '{{ github.event.pull_request.head.sha }}'
    const scene = scenes.local(
      baseFiles({
        '.github/workflows/label.yml': workflow,
        '.github/actions/outer/action.yml':
          'runs:\n  using: composite\n  steps:\n    - uses: ./.github/actions/inner\n',
        '.github/actions/inner/action.yaml': `runs:\n  using: composite\n  steps:\n    - uses: actions/checkout@v4\n      with: { ref: '${head}' }\n`,
        '.github/actions/unused/action.yml': '][',
      }),
      {},
    )

    const { exitCode, text } = await check(scene.context, CHECK_DEFAULTS)

    expect(exitCode).toBe(2)
    expect(text).toContain(
      '✗ .github/actions/inner/action.yaml:5, used in .github/workflows/label.yml:5: `pull_request_target` runs',
    )
    expect(text).not.toContain('unused')
  })

  it.each([
    ['permissions: write-all\n', '✓'],
    ['permissions: { pull-requests: write, checks: write }\n', '✓'],
    ['permissions: read-all\n', '✗'],
    ['', '!'],
    ['permissions: { checks: write }\n', '✗'],
  ])('judges the permissions of a workflow: %s', async (permissions, mark) => {
    const workflow = `on: pull_request\n${permissions}jobs:\n  a:\n    steps: [{ uses: assay-ml/assay@v0 }]\n`
    const scene = scenes.local(baseFiles({ '.github/workflows/model.yml': workflow }), {})

    const { text } = await check(scene.context, CHECK_DEFAULTS)

    expect(text).toMatch(new RegExp(`^\\${mark} \\.github/workflows/model\\.yml: job a`, 'm'))
  })

  it('names the workflows that hand the repository over, each with file and line, and fails', async () => {
    const target = [
      'on: { pull_request_target: }',
      'jobs:',
      '  label:',
      '    permissions: write-all',
      '    steps:',
      '      - run: gh pr checkout 1',
      '',
    ].join('\n')
    const files = { '.github/workflows/label.yml': target, '.github/workflows/big.yaml': '#'.repeat(300_000) }
    const scene = scenes.local(baseFiles(files), {})

    const { exitCode, text } = await check(scene.context, CHECK_DEFAULTS)

    expect(exitCode).toBe(2)
    expect(text).toMatch(/^✗ \.github\/workflows\/label\.yml:4: `permissions: write-all`/m)
    expect(text).toMatch(
      /^✗ \.github\/workflows\/label\.yml:6: `pull_request_target`.*fetches what the pull request/m,
    )
    expect(text).toMatch(/^! \.github\/workflows\/big\.yaml: .*nothing is known of what it runs/m)
  })

  it('a workflow that is none, or that only evaluates, is no finding', async () => {
    const quiet = 'jobs:\n  a:\n    steps: [{ uses: assay-ml/assay@v0, with: { command: evaluate } }]\n'
    const files = { '.github/workflows/a.yml': '][', '.github/workflows/b.yml': quiet }
    const scene = scenes.local(baseFiles(files), {})

    const { text } = await check(scene.context, CHECK_DEFAULTS)

    expect(text).not.toContain('.github/workflows')
  })

  it('names paths that do not exist, and a champion that is still missing', async () => {
    const config = `${CONFIG.replace('evaluate: cp candidate.csv predictions.csv\n', '').replace('train: echo training\n', '')}data: [dvc.lock]\nnotes: notes.md\n`
    const scene = scenes.local({ 'assay.yml': config }, {})

    const { exitCode, text } = await check(scene.context, CHECK_DEFAULTS)

    expect(exitCode).toBe(2)
    expect(text).toContain('✗ churn: dvc.lock does not exist')
    expect(text).toContain('✗ churn: notes.md does not exist')
    expect(text).toContain('✗ churn: predictions.csv does not exist')
    expect(text).toContain("! churn: the champion's folder champion does not exist yet")
  })

  it('in a pull request says what it changes in the rules, and which models it leaves alone', async () => {
    const scene = scenes.pullRequest(baseFiles(), { 'assay.yml': `${CONFIG}gaets: 1\n` })

    const { text } = await check(scene.context, CHECK_DEFAULTS)

    expect(text).toContain('✓ assay.yml at the base is valid: churn')
    expect(text).toContain('! assay.yml in this pull request is not valid and would break the next one')
  })
})
