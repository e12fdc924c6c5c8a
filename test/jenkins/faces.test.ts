import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { starterCi } from '../../src/ci/starter.ts'
import { STEPS } from '../../src/commands/table/index.ts'
import { cases } from '../support/rounds.ts'

/** Every command of the CLI is a step with the same options, defaults and help; the whole way is one more. */

const VARS = 'jenkins-shared-lib/vars'
const commands = Object.entries(STEPS).filter(([name]) => name !== 'demo')
/** The whole way of a model, and of a deploy repository. */
const PIPELINES = ['assayPipeline', 'assayDeployPipeline']
const groovyFiles = globSync(`${VARS}/*.groovy`)
const stepOf = (command: string) => `assay${command[0]!.toUpperCase()}${command.slice(1)}`
const read = (path: string) => readFileSync(path, 'utf8')

/** `dryRun: false,` → ['dryRun', false]. */
function defaultsOf(groovy: string): Record<string, string | boolean> {
  const [, list = ''] = /given, \[\n([\s\S]*?)\n {2}\]/.exec(groovy) ?? []
  const entries = list.split('\n').map(line => /^ {4}(\w+): (?:'(.*)'|false),$/.exec(line)!)
  return Object.fromEntries(
    entries.map(([, name, text]) => [name, text?.replaceAll(/\\(.)/g, '$1') ?? false]),
  )
}

/** `<dt><code>dryRun</code></dt>` and its `<dd>`, as text. */
function helpOf(html: string): Record<string, string> {
  const entries = [...html.matchAll(/<dt><code>(\w+)<\/code><\/dt>\n {2}<dd>(.*)<\/dd>/g)]
  const text = (part: string) =>
    part
      .replaceAll(/<\/?code>/g, '`')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
  return Object.fromEntries(entries.map(([, name, help]) => [name, text(help!)]))
}

/** The shell's text, as Groovy reads it: a backslash at the end of a line joins it with the next. */
function scriptOf(groovy: string): string {
  const [, script = ''] = /'''([\s\S]*)'''/.exec(groovy) ?? []
  return script.replaceAll('\\\n', '')
}

describe('the steps of the Jenkins library', () => {
  it.each(commands)(
    'assay %s: names and defaults of the parameters are those of the CLI',
    (name, { options }) => {
      const given = defaultsOf(read(`${VARS}/${stepOf(name)}.groovy`))
      const camelCase = (option: string) =>
        option.replaceAll(/-./g, ([, letter]: string) => letter!.toUpperCase())

      expect(given).toEqual(
        Object.fromEntries(
          Object.entries(options).map(([option, { kind, default: value = '' }]) => [
            camelCase(option),
            kind === 'flag' ? false : value,
          ]),
        ),
      )
    },
  )

  it.each(commands)('assay %s: the help is that of the CLI', (name, { options, description }) => {
    const page = read(`${VARS}/${stepOf(name)}.txt`)
    const help = Object.values(helpOf(page))

    expect(page).toContain(description.split('\n')[0]!.replaceAll(/`([^`]+)`/g, '<code>$1</code>'))
    for (const [, spec] of Object.entries(options))
      expect(help).toContain(
        spec.default === undefined ? spec.help : `${spec.help} Default: \`${spec.default}\`.`,
      )
    // And which credentials, of which kind, and whose CLI.
    expect(help).toHaveLength(Object.keys(options).length + 3)
  })

  it.each(PIPELINES)('%s explains each of its parameters', name => {
    const [, list = ''] = /given,\s+\[([\s\S]*?)\]\)\n/.exec(read(`${VARS}/${name}.groovy`))!
    const parameters = [...list.matchAll(/(\w+): /g)].map(match => match[1])

    expect(parameters.length).toBeGreaterThan(4)
    expect(Object.keys(helpOf(read(`${VARS}/${name}.txt`)))).toEqual(parameters)
  })

  it('has no step for a command that does not exist', () => {
    const helped = globSync(`${VARS}/*.txt`).map(path => basename(path, '.txt'))

    expect(helped.sort()).toEqual([...commands.map(([name]) => stepOf(name)), ...PIPELINES].sort())
  })

  it.each(groovyFiles)('%s has 25 lines at most', path => {
    expect(read(path).trimEnd().split('\n').length).toBeLessThanOrEqual(25)
  })

  it.each(groovyFiles)('JK-003: %s asks for nothing that a folder library may not have', path => {
    expect(read(path)).not.toMatch(
      /Jenkins\.|jenkins\.model|hudson\.|System\.|\.execute\(|@Grab|@NonCPS|^import |new |Class\.forName|evaluate\(|\.metaClass|\.class\b/m,
    )
  })

  it.each(groovyFiles)(
    'JK-002: %s hands a shell nothing but constants, and no secret to a text of Groovy',
    path => {
      const shells = [
        ...read(path).matchAll(/\bsh(?: |\((?:returnStd\w+: true, |returnStatus: true, )?script: )(.{7})/g),
      ]
      const constant = /^(?:'|script\)|library)/

      expect(shells).toHaveLength([...read(path).matchAll(/\bsh[ (]/g)].length)
      for (const [, argument] of shells) expect(argument).toMatch(constant)
      expect(read(path)).not.toMatch(/\$\{?(env\.)?ASSAY_TOKEN/)
    },
  )
})

it('the Jenkinsfile of the documentation is the one that `init` writes', () => {
  const [, block = ''] = /```groovy\n([\s\S]*?)```/.exec(read('docs/jenkins.md')) ?? []

  expect(block.replaceAll(/^ {3}/gm, '')).toBe(starterCi('jenkins').text)
})

describe('the command lines of the steps', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-argv-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const echo = join(folder, 'argv.sh')
  writeFileSync(echo, 'printf \'%s\\0\' "$@"')

  it.each(commands)(
    'JK-002: assay %s gets each value as it was given, whatever it contains',
    (name, { options }) => {
      const script = scriptOf(read(`${VARS}/${stepOf(name)}.groovy`))
      const value = fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 30 }),
        fc.stringMatching(/^[$`"'\\;&|<>(){}*? \n\t#!~-]{1,12}$/),
      )
      const given = fc.record(Object.fromEntries(Object.keys(options).map(option => [option, value])))

      fc.assert(
        fc.property(given, values => {
          const known = Object.entries(values).map(
            ([option, text]) => [option, text.replaceAll('\0', '')] as const,
          )
          const env = Object.fromEntries(
            known.map(([option, text]) => [
              `ASSAY_OPTION_${option.replaceAll('-', '_').toUpperCase()}`,
              text,
            ]),
          )
          const stdout = execFileSync('sh', ['-e', '-c', script], {
            cwd: folder,
            env: { ...env, PATH: process.env.PATH, ASSAY_NODE: '/bin/sh', ASSAY_CLI: echo },
            encoding: 'utf8',
          })

          expect(stdout.split('\0')).toEqual([
            name,
            ...known.flatMap(([option, text]) => (text === '' ? [] : [`--${option}=${text}`])),
            '',
          ])
        }),
        cases(15),
      )
    },
    120_000,
  )
})
