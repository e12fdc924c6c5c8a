import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { run as init } from '../../src/commands/init.ts'
import { INIT_DEFAULTS } from '../support/init-options.ts'
import { useScenes } from './scene.ts'

/** `assay init` where a prompt, a RAG or an agent is evaluated by a tool, and its result lies there. */

const scenes = useScenes()
const world = scenes.local({}, {}).context

const PASSED = [
  { metric: 'passed', not_worse_than: 'champion', margin: 0.05 },
  { metric: 'broken_items', at_most: 0 },
]

/** A result that the tool itself wrote (test/data/evals), where it lies, and what `init` has to make of it. */
const TOOLS = {
  promptfoo: { data: 'promptfoo-0.121.20.json', at: 'output/results.json', gates: PASSED },
  inspect: {
    data: 'inspect-0.3.285.json',
    at: 'logs/2026-11-01T00-00-00_task_abc.json',
    file: 'logs/*_task_abc.json',
    gates: PASSED,
  },
  'lm-eval': {
    data: 'samples_arithmetic_2026-11-30T04-20-00.000000.jsonl',
    at: 'out/m/samples_arithmetic_2026-11-30T04-20-00.000000.jsonl',
    file: 'out/m/samples_arithmetic_*.jsonl',
    gates: PASSED,
  },
  deepeval: { data: 'deepeval-4.3.1.json', at: 'results/test_run.json', gates: PASSED },
  ragas: { data: 'ragas-0.4.3.csv', at: 'ragas.csv', gates: undefined },
}

interface Lying {
  data: string
  at: string
}

async function initIn(name: string, { data, at }: Lying, files: Record<string, string>) {
  const folder = join(scenes.folder, 'evals', name)
  mkdirSync(dirname(join(folder, at)), { recursive: true })
  cpSync(join('test/data/evals', data), join(folder, at))
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text)
  const { text } = await init({ ...world, folder }, INIT_DEFAULTS)
  const written = readFileSync(join(folder, 'assay.yml'), 'utf8')
  return { text, written, config: parse(written) }
}

describe('assay init beside the result of an evaluation tool', () => {
  it.each(Object.entries(TOOLS))(
    'reads what %s wrote, and trains nothing',
    async (from, { gates, ...lying }) => {
      const { text, config } = await initIn(from, lying, { 'evaluate.sh': 'evaluate everything\n' })

      expect(config).toMatchObject({
        evaluate: 'bash evaluate.sh',
        predictions: { file: 'file' in lying ? lying.file : lying.at, from },
      })
      expect(config).not.toHaveProperty('train')
      expect(config).not.toHaveProperty('metrics')
      if (gates) expect(config.gates).toEqual(gates)
      expect(text.match(/^✗ .*$/gm)?.filter(line => !line.includes('no git repository')) ?? []).toEqual([])
    },
  )

  it('asks once how it is run where nothing says so, and proposes what the tool is run with', async () => {
    const { written, config } = await initIn('asked', TOOLS.promptfoo, {
      'promptfooconfig.yaml': 'tests: []\n',
    })

    expect(config.evaluate).toBeNull()
    expect(config).not.toHaveProperty('train')
    expect(written.match(/^# \? /gm)).toHaveLength(1)
    expect(written).toContain('npx promptfoo eval --no-cache --repeat 3 --output output/results.json || true')
  })

  it.each([
    [
      'a `#` in quotes',
      '-o "out  put/re #1.json" | tee log   # whole',
      '-o "out  put/re #1.json" | tee log || true',
    ],
    ['a quote that is left open', '-o "results.json', null],
  ])('takes a command from a README as a shell reads it: %s', async (name, shown, evaluate) => {
    const readme = `\`\`\`sh\nnpx promptfoo eval ${shown}\n\`\`\`\n`
    const { config } = await initIn(name, TOOLS.promptfoo, { 'README.md': readme })

    expect(config.evaluate).toBe(evaluate && `npx promptfoo eval ${evaluate}`)
  })

  it('says of a log alone of a run that did not end why it is not read, and asks for no training', async () => {
    const { at } = TOOLS.inspect
    const log = readFileSync(join('test/data/evals', TOOLS.inspect.data), 'utf8')
    const cancelled = log.replace(/"status":(\s*)"success"/, '"status":$1"cancelled"')
    const { written, config } = await initIn('cancelled', TOOLS.inspect, { [at]: cancelled })

    expect(config).toMatchObject({ evaluate: null, predictions: null })
    expect(config).not.toHaveProperty('train')
    expect(written).toContain(
      `#     ${at}   of inspect, and is not read: the run did not end: its status is \`cancelled\`\n`,
    )
  })

  it('asks for the file alone where a tool is named and has left none', async () => {
    const folder = join(scenes.folder, 'evals', 'none')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'eval.py'), 'from ragas import evaluate\nevaluate()\n')
    writeFileSync(join(folder, 'train.py'), '')
    const { text } = await init({ ...world, folder }, INIT_DEFAULTS)

    expect(text).toMatch(/✗ assay\.yml:\d+:\d+: `predictions` has no value/)
    expect(text).not.toContain('directions')
  })
})
