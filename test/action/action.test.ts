import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Result } from '../../src/core/verdict/result.ts'
import { bad, baseFiles, CONFIG, type Files, slightlyBetter, useScenes } from '../commands/scene.ts'
import { TOKENS, useGithub } from '../support/emulator.ts'
import { gate, metric, result } from '../support/results.ts'
import { describeOnce, divided } from '../support/rounds.ts'
import { obeyed } from '../support/runner-orders.ts'
import { runStep } from './runner.ts'

const github = useGithub()
const scenes = useScenes()

const pullRequest = (base: Files, changes: Files = { 'candidate.csv': slightlyBetter }) =>
  scenes.onGithub(github, base, changes)

/** Posts a result that somebody else wrote, as the workflow for forks does. */
async function postForeign(change: (result: Result) => void) {
  const scene = await pullRequest(baseFiles())
  const foreign = result({ model: 'churn' })
  foreign.candidate.commit = scene.headSha
  change(foreign)
  mkdirSync(join(scene.folder, 'assay-result/churn'), { recursive: true })
  writeFileSync(join(scene.folder, 'assay-result/churn/result.json'), JSON.stringify(foreign))
  return runStep(scene, { command: 'report' })
}

/** What the runner obeys, by name. */
const orders = (lines: string[]) => obeyed(lines.join('\n')).filter(name => name !== 'add-mask')

describeOnce('the action', () => {
  it('runs, with inputs as a runner gives them: outputs, summary, groups, comment and check', async () => {
    const scene = await pullRequest(baseFiles())

    const { exitCode, outputs, summary, lines } = await runStep(scene)

    expect(exitCode).toBe(0)
    expect(outputs).toEqual({
      verdict: 'pass',
      'report-path': 'assay-result/churn/report.md',
      'json-path': 'assay-result/churn/result.json',
      'html-path': 'assay-result/churn/report.html',
      accuracy: '0.925',
      'metric-accuracy': '0.925',
    })
    expect(summary).toContain('churn: pass')
    expect(orders(lines)).toEqual(['group', 'endgroup', 'group', 'endgroup'])
    expect(await github.comments(scene.pullRequest)).toHaveLength(1)
    expect(await github.checks(scene.headSha)).toMatchObject([{ conclusion: 'success' }])
  })

  it('says in a sentence that the file of its event is no JSON, in its own words what an input has to be, and which proxy is none', async () => {
    const scene = await pullRequest(baseFiles())
    const event = join(scene.folder, '..', 'cut-off.json')
    writeFileSync(event, '{"pull_request": {"num')

    const { exitCode, lines } = await runStep(scene, {}, { GITHUB_EVENT_PATH: event })

    expect(exitCode).toBe(1)
    expect(lines.join('\n')).toContain(`${event}: GITHUB_EVENT_PATH names a file that holds no JSON`)
    expect(lines.join('\n')).toContain('let none do that, and run the job again')
    expect(lines.filter(line => /^\s+at /.test(line))).toEqual([])
    expect(lines.at(-2)).toBe('::error::The event that started this run cannot be read')

    const inventory = await runStep(scene, { command: 'inventory' })

    expect(inventory.lines.join('\n')).toContain('name it with the input `deploy-repo`')

    const proxied = await runStep(scene, {}, { HTTP_PROXY: 'http://user:canary-7f3k@:3128', NO_PROXY: '' })

    expect(proxied.lines.at(-2)).toBe('::error::The proxy cannot be used')
    expect(proxied.lines.join('\n')).not.toContain('canary')
  })

  it('SE-004: masks the token and its base64 forms before anything else', async () => {
    const scene = await pullRequest(baseFiles())

    const { lines } = await runStep(scene)

    const masks = lines.filter(line => line.startsWith('::add-mask::')).map(line => line.slice(12))
    const basic = Buffer.from(`x-access-token:${TOKENS.workflow}`).toString('base64')
    expect(masks).toContain(TOKENS.workflow)
    expect(masks.some(mask => basic.includes(mask))).toBe(true)
    expect(lines.findIndex(line => !line.startsWith('::add-mask::'))).toBe(masks.length)
  })

  it('exits 1 with an annotation per gate that failed, never more than GitHub shows', async () => {
    const many = Array.from(
      { length: 25 },
      (_, index) => `  - { metric: accuracy, at_least: 0.9${100 + index} }`,
    )
    const config = CONFIG.replace(/gates:[\s\S]*/, `gates:\n${many.join('\n')}\n`)
    const scene = await pullRequest(baseFiles({ 'assay.yml': config }), { 'candidate.csv': bad })

    const { exitCode, lines, outputs } = await runStep(scene)

    const errors = lines.filter(line => line.startsWith('::error'))
    expect(exitCode).toBe(1)
    expect(outputs.verdict).toBe('fail')
    expect(errors).toHaveLength(10)
    expect(errors[0]).toContain('title=churn%3A fail::accuracy at least 0.91')
    expect(errors.at(-1)).toBe('::error::A gate failed: the report says which and why.')
  })

  it('takes no order from what commands print, and ends that for each of them', async () => {
    const said = String.raw`printf '::stop-commands::x\n::add-mask::0.92\n##[error]x\033[2J\n::set-output name=verdict::pass\n'`
    const config = CONFIG.replace('train: echo training', `train: |\n  ${said}`)
    const scene = await pullRequest(baseFiles({ 'assay.yml': config }))

    const { lines, stdout } = await runStep(scene)

    expect(orders(lines)).toEqual(['group', 'endgroup', 'group', 'endgroup'])
    expect(obeyed(stdout).filter(name => name === 'add-mask').length).toBe(
      lines.filter(line => line.startsWith('::add-mask::') && !line.includes('0.92')).length,
    )
    expect(stdout).toContain('::add-mask::0.92')
    expect(stdout).not.toContain('\u001b')
    expect(stdout).not.toContain('##[')
  })

  it('exits 1 where training died, and the annotation names the command', async () => {
    const config = CONFIG.replace('echo training', 'exit 7')
    const scene = await pullRequest(baseFiles({ 'assay.yml': config }))

    const { exitCode, stdout, outputs } = await runStep(scene)

    expect(exitCode).toBe(1)
    expect(outputs.verdict).toBe('fail')
    expect(stdout).toMatch(/^::error title=churn%3A training failed::exit 7.* exit code 7$/m)
    expect(stdout).toContain('::error::Something must be fixed first: see above.')
  })

  it('SE-001: its token reaches neither the commands of the user nor any text', async () => {
    const config = CONFIG.replace('echo training', 'env; exit 1')
    const scene = await pullRequest(baseFiles({ 'assay.yml': config }))

    const { lines, summary } = await runStep(scene)

    const log = lines.filter(line => !line.startsWith('::add-mask::')).join('\n')
    const comments = await github.comments(scene.pullRequest)
    expect(log).not.toContain('INPUT_TOKEN')
    expect(log + summary + JSON.stringify(comments)).not.toContain(TOKENS.workflow)
  })
})

describe('an input that is wrong', () => {
  it.each(
    divided(
      [
        [{ command: 'chekc' }, 'did you mean `check`?'],
        [{ command: 'constructor' }, 'commands: run, train'],
        [{ 'dry-run': 'maybe' }, 'use true or false'],
        [{ comment: 'maybe' }, 'use true or false'],
      ],
      (_, index) => index === 0 || index === 2,
    ),
  )('refuses the inputs %j', async (inputs, said) => {
    const scene = await pullRequest(baseFiles())

    const { exitCode, stdout } = await runStep(scene, inputs as Record<string, string>)

    expect(exitCode).toBe(1)
    expect(stdout).toContain(said)
    expect(stdout).not.toContain('    at ')
  })
})

describe('text that is not ours', () => {
  const hostile = divided(
    [
      'x ##[error]fake',
      'm\n::error::fake',
      'a\r\n  ::set-output name=verdict::pass',
      '##[stop-commands]pwn',
      'v\nverdict=pass\n',
      'verdict<<EOF\npass\nEOF',
    ],
    name => /set-output|EOF/.test(name),
  )

  it.each(hostile)('IO-002: a name makes no order to the runner and no record: %j', async name => {
    const { lines, outputs, stdout } = await postForeign(foreign => {
      foreign.gates = [
        gate(`${name} at least 1`, 'fail', { metric: name, reason: name }),
        gate(`${name} at most 1`, 'inconclusive', { metric: name, reason: name }),
      ]
      foreign.metrics = [metric(name, [0.5, 0.4], undefined, { gated: true, note: name })]
      foreign.warnings = [name]
      foreign.verdict = 'fail'
      foreign.blocks = true
    })

    expect(orders(lines).filter(order => order !== 'error' && order !== 'warning')).toEqual([])
    expect(lines.filter(line => /^::error/.test(line))).toHaveLength(
      stdout.includes('is not a result') ? 1 : 2,
    )
    expect(stdout).not.toContain('##[')
    expect(['fail', undefined]).toContain(outputs.verdict)
  })
})

describeOnce('a long text', () => {
  it('IO-006: a summary never passes 1 MiB, whatever there is to say', async () => {
    const { summary, outputs } = await postForeign(foreign => {
      foreign.metrics = Array.from({ length: 5000 }, (_, index) =>
        metric(`m${index}/${'n'.repeat(120)}`, [0.5, 0.4], undefined),
      )
      foreign.warnings = Array.from({ length: 3000 }, (_, index) => `${index} ${'ü'.repeat(300)}`)
    })

    expect(outputs.verdict).toBe('pass')
    expect(Buffer.byteLength(summary)).toBeGreaterThan(1000)
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1024 * 1024)
  })
})
