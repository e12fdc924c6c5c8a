import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'

/** What every template of the component project promises, whichever command it runs. */

const FOLDER = new URL('../../gitlab-component/templates/', import.meta.url)
const templates = readdirSync(FOLDER).map(file => {
  const text = readFileSync(new URL(file, FOLDER), 'utf8')
  const [spec, body] = parseAllDocuments(text).map(document => document.toJS()) as [Spec, Record<string, Job>]
  return { file, text, inputs: spec.spec.inputs, body, job: Object.values(body)[0]! }
})

interface Input {
  description: string
  default: unknown
  type?: string
  regex?: string
  options?: string[]
}
interface Spec {
  spec: { inputs: Record<string, Input> }
}
interface Job {
  variables: Record<string, { value: string; expand: boolean }>
  script: string[]
  artifacts?: { when: string; reports?: Record<string, string> }
  rules: { if: string; when?: string; interruptible?: string }[]
  interruptible: string | boolean
  resource_group?: string
  timeout: string
}

describe.each(templates)('the template $file', ({ file, text, inputs, body, job }) => {
  it('has one job, and inputs that are described, have a default and a form', () => {
    expect(Object.keys(body)).toEqual(['$[[ inputs.job-name ]]'])
    for (const [name, input] of Object.entries(inputs)) {
      expect(input.description, name).toMatch(/\S/)
      expect(input.default, name).toBeDefined()
      expect([input.regex, input.options, input.type].filter(Boolean), name).toHaveLength(1)
      if (input.regex) expect(input.default, name).toMatch(new RegExp(input.regex))
    }
  })

  it('puts no input into a script: they come as variables that nothing expands, quoted', () => {
    const [script] = job.script

    expect(job.script).toHaveLength(1)
    expect(script).not.toContain('$[[')
    for (const [name, variable] of Object.entries(job.variables).filter(([name]) => name !== 'GIT_DEPTH')) {
      expect(variable.expand, name).toBe(false)
      // The command alone is split into words, and its form has no character that means anything to a shell.
      const unquoted = [...script!.matchAll(new RegExp(`(?<!")\\$${name}\\b`, 'g'))].length
      expect(unquoted, name).toBe(name === 'ASSAY_INPUT_COMMAND' ? 1 : 0)
    }
    expect(inputs['assay-command']!.regex).toBe('^[A-Za-z0-9_./ -]*$')
  })

  it('uses every input, and names none that is not there', () => {
    const used = [...text.split('\n---\n')[1]!.matchAll(/\$\[\[ inputs\.([\w-]+) \]\]/g)].map(
      match => match[1]!,
    )

    expect([...new Set(used)].sort()).toEqual(Object.keys(inputs).sort())
  })

  it('has a script that a plain shell reads', () => {
    expect(() => execFileSync('sh', ['-n'], { input: job.script[0]! })).not.toThrow()
  })

  it('names no secret and keeps its artifacts when the job fails', () => {
    expect(text.split('\n---\n')[1]).not.toMatch(/TOKEN|SECRET|PASSWORD/)
    if (job.artifacts) {
      expect(job.artifacts.when).toBe('always')
      if (job.artifacts.reports)
        expect(Object.keys(job.artifacts.reports)).toEqual(['junit', 'codequality', 'metrics'])
    }
  })

  it('runs in the pipeline of the schedule for drift or in all others', () => {
    const [first] = job.rules
    const isDrift = first!.if === '$CI_PIPELINE_SOURCE == "schedule" && $ASSAY_DRIFT'

    expect(first).toEqual(isDrift ? { if: first!.if } : { if: '$ASSAY_DRIFT', when: 'never' })
    expect(isDrift).toBe(file === 'drift.yml')
  })

  it('is in the child pipelines of merge requests, and no newer pipeline ends it on the default branch', () => {
    const [, inMergeRequest, onDefault] = job.rules
    if (!inMergeRequest?.if.includes('MERGE_REQUEST')) return
    const ends = '$[[ inputs.job-interruptible ]]'

    expect(inMergeRequest).toEqual({ if: '$CI_MERGE_REQUEST_IID', ...(onDefault && { interruptible: ends }) })
    expect(onDefault).toEqual(onDefault && { if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' })
    expect(job.interruptible).toBe(onDefault ? false : ends)
  })

  it('asks what is live whatever has become of the jobs before it', () => {
    const onDefault = job.rules.find(rule => rule.if.includes('DEFAULT_BRANCH'))

    expect(onDefault?.when).toBe(file === 'verify.yml' ? 'always' : undefined)
  })

  it('runs one after the other where it moves what it shares with other pipelines, and none waits behind a `verify` that waits', () => {
    expect(job.resource_group).toBe(
      /^(?:run|evaluate|check|retrain|verify)\.yml$/.test(file) ? undefined : '$[[ inputs.job-name ]]',
    )
  })

  it.each([
    ['output', '../x', 'a b', '-x', "a'", 'a\n'],
    ['model', '$(id)', '-x', 'a b', '../x'],
    ['config', "x' }\n  script: [id]", '--help'],
    ['baseline', "it's", 'two\nlines', 'two\rlines'],
    ['base', '--output=x', 'a b', 'a;b', 'a`b'],
    ['pull-request', '7; id', '0', '-1', '7\n'],
    ['assay-command', 'node x; id', 'node $(id)', 'node *', 'a\nb', 'a|b', 'a>b', '`a`'],
    ['assay-repository', 'ext::sh -c id', 'https://token@evil.example/x', '-x', 'git@evil:x', 'https://a b'],
    ['assay-version', '--upload-pack=id', '+main:x', 'a b', ''],
    ['job-name', "x': {}", '', '.hidden', 'a\nb'],
    ['job-image', "node'", 'a b', '', 'a\nb'],
    ['job-stage', "x'", ''],
    ['job-timeout', "1h'", '', 'h'],
  ])('refuses for %s what would be something else', (name, ...values) => {
    const input = inputs[name]
    if (!input) return
    for (const value of values)
      expect(new RegExp(input.regex!).test(value), JSON.stringify(value)).toBe(false)
  })
})
