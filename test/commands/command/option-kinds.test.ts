import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { readInputs } from '../../../action/inputs.ts'
import { parseInvocation } from '../../../cli/arguments.ts'
import { command } from '../../../src/commands/command/command.ts'
import type { CommandResult, Context } from '../../../src/commands/command/context.ts'
import { FACES } from '../../../src/commands/command/faces.ts'
import { COMMANDS, STEPS } from '../../../src/commands/table/index.ts'
import type { AssayError, Problem } from '../../../src/core/errors/errors.ts'

/** Every kind of option, with good and bad values, through the faces that people meet. */

afterEach(() => vi.unstubAllEnvs())

/** As a runner gives inputs: each in a variable of its own. */
function fromInputs(inputs: Record<string, string>) {
  for (const [name, text] of Object.entries(inputs)) vi.stubEnv(`INPUT_${name.toUpperCase()}`, text)
  return readInputs()
}

function problemsOf(read: () => unknown): Problem[] {
  try {
    read()
  } catch (error) {
    expect((error as AssayError).code).toBe('USAGE')
    return (error as AssayError).problems
  }
  throw new Error('it was taken')
}

const GOOD: [string, string, string, unknown][] = [
  ['run', 'dry-run', 'true', true],
  ['run', 'dry-run', 'No', false],
  ['run', 'comment', 'off', false],
  ['run', 'comment', 'YES', true],
  ['run', 'config', 'models/a b/assay.yml', 'models/a b/assay.yml'],
  ['run', 'model', '42', '42'],
  ['run', 'pull-request', '1', 1],
  ['report', 'pull-request', '9999999999', 9_999_999_999],
  ['verify', 'timeout', '90s', 90],
  ['verify', 'timeout', '1.5m', 90],
  ['verify', 'timeout', '2h', 7200],
  ['verify', 'timeout', '0.5s', 0.5],
  ['verify', 'timeout', '480h', 1_728_000],
  ['run', 'output', './out//reports', './out//reports'],
  ['run', 'base', 'main~2', 'main~2'],
  ['promote', 'deploy-repo', 'acme/deploy', 'acme/deploy'],
  ['promote', 'deploy-repo', 'git@git.example.com:acme/deploy.git', 'git@git.example.com:acme/deploy.git'],
  ['promote', 'deploy-repo', '/srv/git/deploy.git', '/srv/git/deploy.git'],
  ['release', 'image', 'ghcr.io/acme/churn:42', 'ghcr.io/acme/churn:42'],
  ['release', 'uri', 's3://models/churn/42', 's3://models/churn/42'],
  ['inventory', 'format', 'csv', 'csv'],
  ['init', 'ci', 'jenkins', 'jenkins'],
  ['reproduce', 'at', '2026-05-20T16:00:00+02:00', { at: Date.UTC(2026, 4, 20, 14) }],
  [
    'reproduce',
    'at',
    '2026-05-20',
    {
      at: Date.UTC(2026, 4, 21) - 1,
      day: { from: Date.UTC(2026, 4, 20), to: Date.UTC(2026, 4, 21) },
    },
  ],
]

const NEITHER = expect.stringContaining('use true or false')
const NUMBER = expect.stringContaining('a whole number from 1 on')
const UNITS = expect.stringContaining('`90s`, `15m` or `1h`')
const TIMES = expect.stringContaining('a day such as `2026-05-20`')
const OWN_FOLDER = expect.stringContaining('a folder of its own')
const BAD: [string, string, string, string, unknown][] = [
  ...['maybe', 'truе', '2', 'null'].flatMap((text): typeof BAD => [
    ['run', 'dry-run', text, 'is neither true nor false', NEITHER],
    ['report', 'comment', text, 'is neither true nor false', NEITHER],
  ]),
  ...['seven', '0', '-1', '07', '1.5', '1e3', '0x10', '#7', '７', 'NaN', 'Infinity', '12345678901'].map(
    (text): (typeof BAD)[number] => ['run', 'pull-request', text, 'is no number', NUMBER],
  ),
  ...['5', '15 m', '-5m', '1d', '1h30m', '.5h', '1e3s', 'm', 'NaNs'].map((text): (typeof BAD)[number] => [
    'verify',
    'timeout',
    text,
    'is no duration',
    UNITS,
  ]),
  ...['0s', '0.0h', '0m'].map((text): (typeof BAD)[number] => [
    'verify',
    'timeout',
    text,
    'leaves no time at all',
    UNITS,
  ]),
  ...['481h', '1728001s', `${'9'.repeat(400)}h`].map((text): (typeof BAD)[number] => [
    'verify',
    'timeout',
    text,
    'is longer than 480h, the most that can be waited',
    UNITS,
  ]),
  ['inventory', 'format', 'jsn', 'is none of table, json, csv', 'did you mean `json`?'],
  ['inventory', 'format', 'CSV', 'is none of table, json, csv', 'did you mean `csv`?'],
  ['inventory', 'format', 'constructor', 'is none of table, json, csv', 'name one of them'],
  ['init', 'ci', 'travis', 'is none of github, gitlab, jenkins', 'name one of them'],
  ...['20 May', '2026-02-30', '2026-5-20', '2026-05-20T14:00', 'now'].map((text): (typeof BAD)[number] => [
    'reproduce',
    'at',
    text,
    'is neither a day nor an instant',
    TIMES,
  ]),
  ...['.git', 'a/.GIT/hooks', '../out', '/tmp/out', '.', 'C:\\out', '~/out'].map(
    (text): (typeof BAD)[number] => [
      'run',
      'output',
      text,
      /\.git/i.test(text) ? "lies in git's own folder" : 'is no folder inside the repository',
      OWN_FOLDER,
    ],
  ),
  ...(
    [
      ['acme', 'it is no URL'],
      ['./deploy', 'it is no URL'],
      ['ftp://git.example.com/a/b', 'ftp: is not taken'],
      ['https://me:pw@git.example.com/a/b', 'it holds credentials or parameters: hand the token over apart'],
      ['-x', 'it holds what no address holds'],
    ] as const
  ).map(([text, why]): (typeof BAD)[number] => [
    'promote',
    'deploy-repo',
    text,
    `names no repository: ${why}`,
    expect.stringContaining('`acme/deploy`'),
  ]),
  ['promote', 'deploy-branch', 'a..b', 'is no name of a branch', 'a branch such as `main`'],
  ['run', 'base', '--all', 'is no name of a commit', expect.stringContaining('`HEAD~1`')],
  ['rollback', 'to', 'the last one', 'is no version', expect.stringContaining('letters, digits')],
  ['release', 'release-version', 'v 2', 'is no version', expect.stringContaining('letters, digits')],
  ['release', 'image', 'churn', 'is no image', expect.stringContaining('registry/name:tag')],
  ['release', 'uri', 'models/42', 'is no address of a model', expect.stringContaining('s3://')],
]

describe('a value that an option takes', () => {
  it.each(GOOD)('%s: %s %j is %j, on the command line and as an input', (name, option, text, value) => {
    const asked = [name, `--${option}=${text}`]

    expect(parseInvocation(asked).options[option]).toEqual(value)
    expect(fromInputs({ command: name, [option]: text }).options[option]).toEqual(value)
  })

  it.each(Object.entries(STEPS))('%s: an empty input is not given, and every default is a value', name => {
    const empty = Object.fromEntries(Object.keys(STEPS[name]!.options).map(option => [option, '']))
    const usual = fromInputs({ ...empty, command: name }).options

    expect(usual).toEqual(parseInvocation([name]).options)
    for (const [option, spec] of Object.entries(STEPS[name]!.options))
      if (spec.kind === 'flag') expect(usual[option]).toBe(false)
      else expect(usual[option] === undefined).toBe(spec.default === undefined)
  })

  it('of an option that is given twice, the last counts', () => {
    const { options } = parseInvocation(['verify', '--timeout', '5m', '--timeout=2s', '--no-wait'])

    expect(options).toMatchObject({ timeout: 2, 'no-wait': true })
  })

  it('a word in the place of the argument is its value', () => {
    expect(parseInvocation(['verify', 'churn']).options.model).toBe('churn')
  })
})

describe('a value that an option does not take', () => {
  it.each(BAD)('%s: %s %j is refused: what was given, what is taken', (name, option, text, wrong, fix) => {
    const shown = (written: string) => (written.length > 60 ? `${written.slice(0, 59)}…` : written)

    expect(problemsOf(() => parseInvocation([name, `--${option}=${text}`]))).toEqual([
      { what: `\`${shown(`--${option}=${text}`)}\` ${wrong}`, fix },
    ])
    expect(problemsOf(() => fromInputs({ command: name, [option]: text }))).toEqual([
      { what: `\`${shown(`${option}: ${text}`)}\` ${wrong}`, fix },
    ])
  })

  it('is told with everything else that is wrong, as it was written', () => {
    const asked = ['verify', 'churn', '--timeout', '5', '--no-wait=maybe', '--modle', 'x', '--environment']

    expect(problemsOf(() => parseInvocation(asked)).map(({ what }) => what)).toEqual([
      'unknown flag `--modle`',
      '`--environment` needs a value: --environment <name>',
      '`--timeout 5` is no duration',
      '`--no-wait=maybe` is neither true nor false',
    ])
    expect(
      problemsOf(() => fromInputs({ command: 'report', 'pull-request': 'x', comment: 'y', 'dry-run': 'z' })),
    ).toHaveLength(3)
  })

  it('given twice, is told each time, though the last would do', () => {
    expect(problemsOf(() => parseInvocation(['verify', '--timeout=x', '--timeout=5m']))).toHaveLength(1)
  })

  it('is shown in one line, and steers no terminal', () => {
    const [problem] = problemsOf(() => parseInvocation(['verify', '--timeout', '5\n\u001b[31m::error::x']))

    expect(problem!.what).toBe('`--timeout 5␊␛[31m::error::x` is no duration')
  })

  it('of a time that is still to come, when it is now', () => {
    const [problem] = problemsOf(() =>
      parseInvocation(['reproduce', '--at=2026-06-02'], Date.UTC(2026, 5, 1, 12, 30)),
    )

    expect(problem!.what).toBe('`--at=2026-06-02` is still to come: it is 2026-06-01 12:30 in UTC now')
  })

  it.each([
    ['jenkins', 'release', '--deploy-repo=acme', 'deployRepo: acme', 'parameters'],
    ['gitlab', 'promote', '--deploy-repo=acme', 'deploy-repo: acme', 'inputs'],
  ] as const)('is told as it was written in %s', (face, name, flag, written, all) => {
    expect(() => parseInvocation([name, flag], Date.now(), FACES[face])).toThrow(
      expect.objectContaining({
        message: `assay ${name}: wrong ${all}`,
        problems: [expect.objectContaining({ what: `\`${written}\` names no repository: it is no URL` })],
      }),
    )
  })

  it('an empty text on the command line is one', () => {
    for (const [name, option] of [
      ['run', 'pull-request'],
      ['verify', 'timeout'],
      ['inventory', 'format'],
      ['reproduce', 'at'],
      ['run', 'dry-run'],
      ['run', 'comment'],
      ['run', 'baseline'],
      ['run', 'model'],
      ['promote', 'deploy-repo'],
      ['rollback', 'reason'],
    ] as const)
      expect(problemsOf(() => parseInvocation([name, `--${option}=`]))).toHaveLength(1)
  })

  it('no text makes a number that is none', () => {
    const texts = fc.oneof(fc.string(), fc.double().map(String), fc.stringMatching(/^[0-9.]{1,12}[smh]?$/))
    fc.assert(
      fc.property(texts, fc.constantFrom('run --pull-request', 'verify --timeout'), (text, asked) => {
        const [name, flag] = asked.split(' ') as [string, string]
        const prepared = COMMANDS[name]!.prepare(
          [{ option: flag.slice(2), text, written: text }],
          Date.UTC(2026, 5, 1),
        )
        if ('problems' in prepared) return

        const value = prepared.options[flag.slice(2)]
        expect(Number.isFinite(value) && (value as number) >= 0).toBe(true)
      }),
    )
  })
})

describe('a command and its options', () => {
  it('are held together by the compiler', () => {
    const told = { summary: '', description: '', examples: [], deploy: 'reads' as const }
    const options = {
      age: { kind: 'duration', help: '' },
      way: { kind: 'choice', choices: ['a', 'b'], default: 'a', help: '' },
    } as const
    const run = async () => ({ exitCode: 0, text: '', json: {} }) as const
    const taking =
      <O>() =>
      async (): Promise<(context: Context, options: O) => Promise<CommandResult>> =>
        run

    command({ ...told, options, load: taking<{ age: number | undefined; way: 'a' | 'b' }>() })
    // @ts-expect-error a duration is a number of seconds
    command({ ...told, options, load: taking<{ age?: string }>() })
    // @ts-expect-error a choice is one of its texts
    command({ ...told, options, load: taking<{ way: 'a' | 'c' }>() })
    // @ts-expect-error what has no default may be absent
    command({ ...told, options, load: taking<{ age: number }>() })
    // @ts-expect-error an option that is not declared
    command({ ...told, options, load: taking<{ name: string }>() })
    // @ts-expect-error the argument is one of the options
    command({ ...told, options, argument: 'name', load: async () => run })
  })
})
