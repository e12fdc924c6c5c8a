import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** Areas whose every case must have a test that carries its id, or a written reason. The others come with their parts. */
const AREAS = [
  'metrics-file',
  'markdown',
  'action-io',
  'forge-failure',
  'secrets-pii',
  'drift-canary-finops',
  'deploy-yaml',
  'jenkins',
  'gitlab',
  'git',
  'crash-recovery',
  'concurrency',
  'chatops',
  'webhook',
  'auth-token',
  'ops',
]

/** Cases that no test can have, and why. */
const REASONS: Record<string, string> = {
  'CH-028':
    'no command reads the date of a commit: a release is that of the merge commit, and what serves is compared by its merge',
  'OP-004':
    'the bot makes no clone and no folder; what a run in CI makes lies in the temporary folder of its job, by mkdtemp (0700)',
  'OP-009':
    '`npm run stale`, which CI runs, builds the bundles anew and compares them byte by byte; the demo runs the one that is committed',
  'OP-010':
    'bench/bot.ts measures what ten thousand deliveries leave, and `npm run bench` holds it to its bar',
  'SE-010':
    'Assay uploads nothing: the workflow does, and the one that `init` writes uploads the output folder alone',
}

interface AttackCase {
  id: string
  area: string
  title: string
}

const cases = (JSON.parse(readFileSync('test/data/attack-cases.json', 'utf8')) as AttackCase[]).filter(one =>
  AREAS.includes(one.area),
)
const tests = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts') && name !== 'attack-cases.test.ts')
  .map(name => readFileSync(`test/${name}`, 'utf8'))
  .join('\n')

describe('attack cases', () => {
  it.each(cases)('$id ($area, $title) has a test or a reason', ({ id }) => {
    expect(tests.includes(id) || REASONS[id] !== undefined).toBe(true)
  })

  it('gives no reason where there is a test', () => {
    expect(Object.keys(REASONS).filter(id => new RegExp(`'${id}[:,]`).test(tests))).toEqual([])
  })
})
