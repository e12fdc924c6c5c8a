import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import type { OptionSpec } from '../src/commands/command/option-kinds.ts'
import { valueWord } from '../src/commands/command/option-kinds.ts'
import { promotionsResult } from '../src/commands/deploy/write/promotions-result.ts'
import { verifiedResult } from '../src/commands/deploy/write/verified-result.ts'
import { METRIC_PREFIX } from '../src/commands/result/metric-outputs.ts'
import { OUTPUTS } from '../src/commands/result/output-names.ts'
import { stepOutputs } from '../src/commands/result/step-outputs.ts'
import { COMMANDS, STEPS } from '../src/commands/table/index.ts'
import { AssayError } from '../src/core/errors/errors.ts'
import { VERSION } from '../src/version.ts'
import { result } from './support/results.ts'

/** Every face has the same names, defaults and help, because all of them come from src/commands/command/options.ts. */

const ROOT = new URL('..', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')

interface ActionFile {
  inputs: Record<string, { description: string; default?: string }>
  outputs: Record<string, { description: string }>
  runs: { using: string; main: string }
}
interface ComponentInput {
  description: string
  type?: string
  default: unknown
}
const action = parse(read('action.yml')) as ActionFile

function tableOf(file: string, name: string): string[][] {
  const [, table = ''] = read(file).split(new RegExp(`<!-- ${name}:(?:start|end) -->\\n`))
  return table
    .split('\n')
    .slice(2)
    .filter(line => line !== '')
    .map(line => line.slice(2, -2).split(/ \| (?=.)| \|(?=$| )/))
}

const options = new Map<string, OptionSpec>(
  Object.values(STEPS)
    .flatMap(command => Object.entries(command.options))
    .reverse(),
)

describe('the faces', () => {
  it('the action has an input for every option of every command, and no other but command and tokens', () => {
    const own = ['command', 'token', 'deploy-token', 'deploy-client-id', 'deploy-private-key']
    expect(Object.keys(action.inputs).sort()).toEqual([...own, ...options.keys()].sort())
  })

  it.each([...options])('the input %s has the default and the help of the option', (name, spec) => {
    expect(action.inputs[name]!.description).toBe(spec.help)
    expect(action.inputs[name]!.default).toBe(spec.default)
  })

  it('an option takes the same values in every command that has it, since the action has one input for all', () => {
    // A demonstration needs no CI.
    const commands = Object.entries(STEPS).filter(([name]) => name !== 'demo')
    const values = ({ help: _, ...spec }: OptionSpec) => spec
    for (const [command, own] of commands)
      for (const [name, spec] of Object.entries(own.options))
        expect(values(spec), `${command} --${name}`).toEqual(values(options.get(name)!))
  })

  it('every command is a file of its name, and nothing else lies among them', () => {
    const files = globSync('src/commands/*.ts', { cwd: ROOT }).map(file => basename(file, '.ts'))

    expect(files.toSorted()).toEqual(Object.keys(COMMANDS).toSorted())
  })

  it('docs/action.md lists the inputs of action.yml', () => {
    const rows = tableOf('docs/action.md', 'inputs')

    expect(rows.map(([name]) => name)).toEqual(Object.keys(action.inputs).map(name => `\`${name}\``))
  })

  it.each(Object.entries(COMMANDS))(
    'docs/commands/%s.md lists its flags with their help',
    (name, command) => {
      const text = read(`docs/commands/${name}.md`)

      for (const [flag, spec] of Object.entries(command.options)) {
        const value = valueWord(spec)
        const usage = `--${flag}${value === undefined ? '' : ` <${value}>`}`
        // In a table a pipe ends the cell, even in code.
        const cells = [`\`${usage}\``, spec.help].map(cell => cell.replaceAll('|', '\\|'))
        expect(text).toContain(`| ${cells.join(' | ')} |`)
      }
      expect(tableOf(`docs/commands/${name}.md`, 'flags')).toHaveLength(Object.keys(command.options).length)
    },
  )

  describe.each(globSync('gitlab-component/templates/*.yml', { cwd: ROOT }))('the component %s', file => {
    const text = read(file)
    const command = /([\w-]+)\.yml$/.exec(file)![1]!
    const own = Object.entries(COMMANDS[command]?.options ?? {})
    const { spec } = parseAllDocuments(text)[0]!.toJS() as {
      spec: { inputs: Record<string, ComponentInput> }
    }

    it('has an input for every option of its command, and others only of the job and of where Assay comes from', () => {
      const names = Object.keys(spec.inputs).filter(name => !/^(job|assay)-/.test(name))

      expect(names.sort()).toEqual(own.map(([name]) => name).sort())
    })

    it('gives them the default and the help of the option, and hands each to its flag', () => {
      for (const [name, option] of own) {
        const input = spec.inputs[name]!
        expect(input.description).toBe(option.help)
        expect(input.default).toBe(option.kind === 'flag' ? false : (option.default ?? ''))
        expect(input.type).toBe(option.kind === 'flag' ? 'boolean' : undefined)
        const variable = `ASSAY_INPUT_${name.replaceAll('-', '_').toUpperCase()}`
        expect(text).toContain(`${variable}: { value: '$[[ inputs.${name} ]]', expand: false }`)
        expect(text).toMatch(new RegExp(`"\\$${variable}" .*set -- "\\$@" --${name}\\b`))
      }
    })

    it('lists them in the README of the component project', () => {
      const rows = tableOf('gitlab-component/README.md', command)

      expect(rows.map(([name]) => name)).toEqual(Object.keys(spec.inputs).map(name => `\`${name}\``))
    })
  })

  it('every command that is a step is named in the input `command`', () => {
    for (const name of Object.keys(STEPS)) expect(action.inputs.command!.description).toContain(`\`${name}\``)
  })

  it('action.yml and its page declare every output that has a name of its own, with what it holds', () => {
    const declared = Object.entries(action.outputs).map(([name, { description }]) => [name, description])

    expect(declared).toEqual(Object.entries(OUTPUTS))
    expect(tableOf('docs/action.md', 'outputs').map(([name]) => name)).toEqual(
      Object.keys(OUTPUTS).map(name => `\`${name}\``),
    )
  })

  it('every output that is declared is set by a command, and no other', () => {
    const metrics = result().metrics.map(row => row.metric)
    const judged = Object.keys(stepOutputs([result()], 'assay-result')).filter(
      name => !metrics.includes(name) && !name.startsWith(METRIC_PREFIX),
    )
    const place = {
      address: { kind: 'git', url: 'x', namedBy: 'job' },
      name: 'acme/deploy',
      branch: 'main',
    } as const
    const promoted = Object.keys(promotionsResult([], place).outputs ?? {})
    const verified = Object.keys(verifiedResult({ model: 'churn', environments: [] }).outputs ?? {})
    // Set where a release is needed; the compiler holds them to the names.
    const others = ['package', 'release', 'retrain', 'drift'].flatMap(name =>
      [...read(`src/commands/${name}.ts`).matchAll(/\{([^{}]*)\} satisfies NamedOutputs/g)].flatMap(
        ([, inner = '']) => [...inner.matchAll(/'?([a-z-]+)'?: /g)].map(match => match[1]!),
      ),
    )

    expect([...judged, ...promoted, ...verified, ...others].sort()).toEqual(Object.keys(OUTPUTS).sort())
  })

  it('the version is that of package.json', () => {
    expect(VERSION).toBe(JSON.parse(read('package.json')).version)
  })

  it('every error code of what a person can run has its place in the troubleshooting page', () => {
    const page = read('docs/troubleshooting.md')
    const files = globSync('{src/{ci,commands,forges,services},cli,action,bot}/**/*.ts', { cwd: ROOT })
    const codes = files.flatMap(file =>
      [...read(file).matchAll(/code: '([A-Z]+(?:_[A-Z]+)+)'/g)].map(match => match[1]!),
    )

    expect([...new Set(codes)].filter(code => !page.includes(`## ${code}`))).toEqual([])
  })

  it('the link of an error leads to the heading of its code, as forges name anchors', () => {
    const error = new AssayError({ code: 'RESULT_STALE', title: '', problems: [] })

    expect(error.link).toMatch(/\/docs\/troubleshooting\.md#result_stale$/)
  })
})
