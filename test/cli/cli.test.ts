import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { isOn, parseInvocation } from '../../cli/arguments.ts'
import { renderCommandHelp } from '../../cli/help.ts'
import { COMMANDS } from '../../src/commands/table/index.ts'
import { type AssayError, isAssayError } from '../../src/core/errors/errors.ts'
import { renderError } from '../../src/core/text/error-text.ts'
import { baseFiles, CONFIG, type Scene, slightlyBetter, useScenes } from '../commands/scene.ts'
import { REPOSITORY, TOKENS, useGithub } from '../support/emulator.ts'
import { describeOnce, divided } from '../support/rounds.ts'
import { obeyed } from '../support/runner-orders.ts'
import { cli, startCli } from './cli.ts'

const scenes = useScenes()
const github = useGithub()
const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

describeOnce('the command line', () => {
  it('--version is that of package.json', async () => {
    const { stdout, exitCode } = await cli(scenes.folder, '--version')

    expect(stdout).toBe(`${JSON.parse(read('package.json')).version}\n`)
    expect(exitCode).toBe(0)
  })

  it.each(Object.keys(COMMANDS))('%s --help tells what it does, every flag and an example', name => {
    const { help, named, command } = parseInvocation([name, '--help'])
    const text = renderCommandHelp(command)

    const { options, examples } = COMMANDS[name]!
    expect({ help, named, command }).toEqual({ help: true, named: true, command: name })
    for (const flag of Object.keys(options)) expect(text).toContain(`--${flag}`)
    for (const example of examples) expect(text).toContain(example)
  })

  it('prints that help, and does nothing else', async () => {
    const { stdout, exitCode } = await cli(scenes.folder, 'run', '--help')

    expect(stdout).toBe(`${renderCommandHelp('run')}\n`)
    expect(exitCode).toBe(0)
  })

  it('--help alone shows the commands and the exit codes', async () => {
    const { stdout } = await cli(scenes.folder, '--help')

    for (const name of Object.keys(COMMANDS)) expect(stdout).toContain(name)
    expect(stdout).toContain('0 pass, 1 a gate failed, 2 something must be fixed first, 70')
  })

  it.each([
    [['chekc'], 'unknown command `chekc`', 'did you mean `check`?'],
    [['run', '--modle', 'x'], 'unknown flag `--modle`', 'did you mean `--model`?'],
    [['report', '--base', 'x'], 'unknown flag `--base`', 'flags:'],
    [['run', '--model'], '`--model` needs a value', ''],
    [['run', '--dry-run=maybe'], '`--dry-run=maybe` is neither true nor false', 'use true or false'],
    [
      ['report', '--comment', 'perhaps'],
      '`--comment perhaps` is neither true nor false',
      'use true or false',
    ],
    [['verify', 'churn', '--timeout', '5'], '`--timeout 5` is no duration', '`15m`'],
    [['init', '--ci=jenkin'], '`--ci=jenkin` is none of github, gitlab, jenkins', 'did you mean `jenkins`?'],
    [['--json=maybe'], '`--json=maybe` is neither true nor false', 'use true or false'],
    [['toString'], 'unknown command `toString`', ''],
    [['run', '--constructor'], 'unknown flag `--constructor`', ''],
  ])('%j is refused with the nearest known word', (args, what, fix) => {
    const said = renderError(refusalOf(args))

    expect(said).toContain(what)
    expect(said).toContain(fix)
  })

  it.each([[['chekc']], [['run', '--modle', 'x']]])('%j: exit code 2, and that alone', async args => {
    const { stderr, stdout, exitCode } = await cli(scenes.folder, ...args)

    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toBe(`${renderError(refusalOf(args))}\n`)
  })

  it('assay … | head: a reader that goes early changes neither the run nor the exit code', async () => {
    const scene = scenes.pullRequest(
      baseFiles({ 'assay.yml': CONFIG.replace('echo training', 'sleep 0.3; seq 9999') }),
      {},
    )
    const { child, ended } = startCli(scene.folder, ['run', '--model', 'churn', '--dry-run'])
    child.stdout!.destroy()
    child.stderr!.once('data', () => child.stderr!.destroy())

    expect((await ended).exitCode).toBe(0)
    expect(scene.result().verdict).toBe('pass')
  })

  it('a word too many is told with what it is beside', () => {
    const asked = (...argv: string[]) => refusalOf(argv).problems

    expect(asked('promote', 'churn', 'production')).toEqual([
      {
        what: '`production` is a word too many: the model is `churn` already',
        fix: 'one run takes one model; is it an environment, write `--environment production`',
      },
    ])
    expect(asked('run', 'churn')).toEqual([
      {
        what: '`churn` is a word too many: `assay run` takes flags alone',
        fix: 'is it a model, write `--model churn`',
      },
    ])
    expect(asked('check', 'confg')).toEqual([
      {
        what: '`confg` is a word too many: `assay check` takes flags alone',
        fix: 'did you mean `--config`?',
      },
    ])
  })

  it.each([
    [['run', '--json=true', '--debug=no'], { json: true, debug: false }],
    [['run', '--json', '--json=0'], { json: false }],
    [['run', '--dry-run=1'], { json: false }],
    [['--help=on'], { help: true }],
  ])('%j: a flag may say yes or no', (argv, expected) => {
    expect(parseInvocation(argv)).toMatchObject(expected)
    expect(isOn('json', argv)).toBe(parseInvocation(argv).json)
  })

  it('says all that is wrong at once', () => {
    expect(() => parseInvocation(['run', 'x', '--modle=1', '--comment'])).toThrow(
      expect.objectContaining({ problems: [expect.anything(), expect.anything(), expect.anything()] }),
    )
  })

  it.each([
    [['--output', 'demo'], 'run', { output: 'demo' }],
    [['--model', 'train', 'evaluate'], 'evaluate', { model: 'train' }],
    [['--baseline', 'report'], 'run', { baseline: 'report' }],
    [['check', '--config=init'], 'check', { config: 'init' }],
    [['--dry-run', 'init'], 'init', { 'dry-run': true }],
  ])('%j: the value of a flag is no command', (args, command, options) => {
    expect(parseInvocation(args)).toMatchObject({ command, options })
  })

  it('an older Node is told which one is needed; --version works even there', async () => {
    const fake = join(scenes.folder, 'old.cjs')
    writeFileSync(fake, "Object.defineProperty(process.versions, 'node', { value: '20.11.0' })")

    const old = await startCli(scenes.folder, ['run'], {}, ['--require', fake]).ended
    const version = await startCli(scenes.folder, ['--version'], {}, ['--require', fake]).ended

    expect(old).toMatchObject({ exitCode: 2, stdout: '' })
    expect(old.stderr).toContain('Assay needs Node 22 or newer')
    expect(version.exitCode).toBe(0)
  })
})

describe('what a command prints', () => {
  it.each(divided(['true', 'True', '1'], on => on === 'True'))(
    'on GitHub (GITHUB_ACTIONS=%s) nothing that a training prints is an order, in data neither',
    async on => {
      const print = "printf '::add-mask::0.66\\n##[error]x\\n ##vso[task]y\\n'; exit 3"
      const config = CONFIG.replace('echo training', JSON.stringify(print))
      const scene = scenes.local(baseFiles({ 'assay.yml': config }), { 'candidate.csv': slightlyBetter })
      const env = { GITHUB_ACTIONS: on }

      const json = await startCli(scene.folder, ['run', '--json'], env).ended
      const text = await startCli(scene.folder, ['run'], env).ended

      for (const printed of [json.stdout, json.stderr, text.stdout, text.stderr])
        expect(obeyed(printed)).toEqual([])
      expect(JSON.parse(json.stdout).models[0].failure.tail).toContain('##[error]x')
    },
  )
})

describeOnce('what a command prints', () => {
  it('--json: standard output is the result alone, by the published schema', async () => {
    const scene = scenes.local(baseFiles(), { 'candidate.csv': slightlyBetter })
    const ajv = new Ajv2020({ strict: false })
    addFormats.default(ajv)
    const validate = ajv.compile(JSON.parse(read('schema/result.schema.json')))

    const { stdout, stderr, exitCode } = await cli(scene.folder, 'run', '--json', '--base', scene.base)

    const { models, skipped } = JSON.parse(stdout)
    expect(exitCode).toBe(0)
    expect(validate(models[0]), JSON.stringify(validate.errors)).toBe(true)
    expect(skipped).toEqual([])
    expect(stderr).toContain('training')
  })

  it('an error is JSON too, with its code and every problem', async () => {
    const scene = scenes.local({ 'assay.yml': `${CONFIG}gaets: 1\nsedes: 2\n` }, {})

    const { stdout, exitCode } = await cli(scene.folder, 'check', '--json')
    const failed = await cli(scene.folder, 'run', '--json')

    expect(exitCode).toBe(2)
    expect(
      JSON.parse(stdout).findings.filter((finding: { level: string }) => finding.level === 'problem'),
    ).toHaveLength(2)
    expect(failed.exitCode).toBe(2)
    expect(JSON.parse(failed.stdout).error).toMatchObject({ code: 'CONFIG_INVALID', problems: [{}, {}] })
  })

  it('no colour and no live line where nobody looks, and no secret', async () => {
    const config = CONFIG.replace('echo training', 'echo my token is $MY_TOKEN')
    const scene = scenes.local(baseFiles({ 'assay.yml': config }), { 'candidate.csv': slightlyBetter })

    const { stdout, stderr } = await startCli(scene.folder, ['run'], { MY_TOKEN: 'canary-0123456789' }).ended

    expect(stdout + stderr).not.toContain('\u001b')
    expect(stdout + stderr).not.toContain('canary-0123456789')
    expect(stderr).toContain('my token is ***')
  })

  it('names stay names where a variable that is named like a secret holds one of them', async () => {
    const scene = scenes.local(baseFiles(), { 'candidate.csv': slightlyBetter })
    const env = { API_KEY: 'accuracy', PROD_TOKEN: 'champion' }

    const json = await startCli(scene.folder, ['run', '--json'], env).ended
    const text = await startCli(scene.folder, ['run'], env).ended

    const [model] = JSON.parse(json.stdout).models
    expect(model.gates[0].metric).toBe('accuracy')
    expect(model.metrics.map((one: { metric: string }) => one.metric)).toContain('accuracy')
    expect(text.stdout).toMatch(/^accuracy +\d/m)
  })

  it('a bug of ours exits 70, without a stack unless asked for one', async () => {
    const scene = scenes.local(baseFiles(), { 'candidate.csv': slightlyBetter })
    const bug = join(scenes.folder, 'bug.mjs')
    writeFileSync(bug, "Array.prototype.at = () => { throw new RangeError('injected bug') }")
    const run = (...args: string[]) => startCli(scene.folder, args, {}, ['--import', bug]).ended

    const quiet = await run('run', '--json')
    const loud = await run('run', '--debug')

    expect(quiet.exitCode).toBe(70)
    expect(JSON.parse(quiet.stdout).error).toMatchObject({ code: 'BUG' })
    expect(quiet.stderr).toContain('This is a bug in Assay')
    expect(quiet.stderr).not.toContain('    at ')
    expect(loud.stderr).toContain('    at ')
  })
})

/** What is thrown at a command line that cannot be read. */
function refusalOf(argv: string[]): AssayError {
  try {
    parseInvocation(argv)
  } catch (error) {
    if (isAssayError(error)) return error
    throw error
  }
  throw new Error(`not refused: ${argv.join(' ')}`)
}

/** What a runner of GitHub gives to a step in a pull request. */
function runnerEnvironment(
  { base, context, headSha, pullRequest }: Scene & { headSha: string; pullRequest: number },
  name: string,
): Record<string, string> {
  const repo = { full_name: REPOSITORY }
  const event = {
    repository: { default_branch: 'main' },
    pull_request: {
      number: pullRequest,
      head: { sha: headSha, repo },
      base: { ref: 'main', sha: base, repo },
    },
  }
  const file = join(scenes.folder, `event-${name}.json`)
  writeFileSync(file, JSON.stringify(event))
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: REPOSITORY,
    GITHUB_API_URL: context.ci.apiUrl!,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_RUN_ID: '100',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: file,
    ASSAY_TOKEN: TOKENS.workflow,
  }
}

describeOnce('a job that is stopped', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s while training: the command is stopped, the check is cancelled, exit code 2',
    async signal => {
      const patient = 'trap "echo saved > saved; exit 0" TERM; echo begun; while true; do sleep 0.05; done'
      const config = CONFIG.replace('echo training', `'${patient}'`)
      const changes = { 'candidate.csv': slightlyBetter }
      const scene = await scenes.onGithub(github, baseFiles({ 'assay.yml': config }), changes)
      const { child, ended } = startCli(scene.folder, ['run'], runnerEnvironment(scene, signal))
      await new Promise<void>(resolve =>
        child.stderr!.on('data', text => String(text).includes('begun\n') && resolve()),
      )

      child.kill(signal)
      const { exitCode, stderr } = await ended

      expect(exitCode).toBe(2)
      expect(stderr).toContain('The job was stopped before the verdict')
      expect(scene.read('saved')).toBe('saved\n')
      expect(await github.checks(scene.headSha)).toMatchObject([
        { status: 'completed', conclusion: 'cancelled' },
      ])
      expect(await github.comments(scene.pullRequest)).toEqual([])
    },
  )

  it.each([['train'], ['evaluate']])('%s alone says so too', async command => {
    const slow = 'echo begun; sleep 20'
    const config = CONFIG.replace('echo training', slow).replace('cp candidate.csv predictions.csv', slow)
    const scene = scenes.local(baseFiles({ 'assay.yml': config }), {})
    const { child, ended } = startCli(scene.folder, [command])
    await new Promise<void>(resolve =>
      child.stderr!.on('data', text => String(text).includes('begun\n') && resolve()),
    )

    child.kill('SIGTERM')
    const { exitCode, stderr } = await ended

    expect(exitCode).toBe(2)
    expect(stderr).toContain('The job was stopped before the verdict')
  })
})
