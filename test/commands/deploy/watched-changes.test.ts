import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Context } from '../../../src/commands/command/context.ts'
import { readWatched } from '../../../src/commands/deploy/ledger/watched.ts'
import { renderCanary } from '../../../src/core/release/canary-file.ts'
import { renderRelease } from '../../../src/core/release/record-file.ts'
import { canaryFile } from '../../support/canaries.ts'
import { createRepository, testFolder } from '../../support/git-repository.ts'
import { release } from '../../support/releases.ts'

const { folder, remove } = testFolder()
afterAll(remove)

const CONFIG =
  "path: environments/{environment}/{model}\ntarget: kserve\noptions: { file: service.yaml }\nenvironments: { production: { drift: { collector: 'http://collector.invalid' } } }\n"
const at = (name: string, model = 'churn') => `environments/production/${model}/${name}`
const canary = (change: object) => renderCanary(canaryFile({ sticky: 'none', unit: 'request', ...change }))
const LOOSE = { conversion: { outcome: 'bought', within: '24h', margin: 0.5 }, guardrails: [] }

function repositoryOf(name: string) {
  const of = createRepository(join(folder, name))
  const context = {
    folder: of.folder,
    env: { HOME: folder },
    ci: { name: 'local' },
    now: Date.now,
    log: { info() {}, warn() {} },
    signal: new AbortController().signal,
    version: '0',
  } as unknown as Context
  return { ...of, read: () => readWatched(context, {}, undefined, true) }
}

it('tells `assay watch` of two changes that fell into one window, by the history of both files', async () => {
  const { commit, read } = repositoryOf('two')
  const first = commit('A release', {
    'assay-deploy.yml': CONFIG,
    [at('model-release.yaml')]: renderRelease(release(1)),
  })
  const second = commit('A canary', { [at('model-canary.yaml')]: canary({}) })

  expect((await read()).map(one => one.seen)).toEqual([
    {
      causes: [
        {
          kind: 'two_changes',
          first: { commit: first, at: expect.any(Number) },
          second: { commit: second, at: expect.any(Number) },
        },
      ],
    },
  ])
})

it('sees rules that were loosened before ten more steps', async () => {
  const { commit, read } = repositoryOf('steps')
  const steps = Array.from({ length: 11 }, (_, index) => 5 + 5 * index)
  commit('A release', {
    'assay-deploy.yml': CONFIG,
    [at('model-release.yaml')]: renderRelease(release(1)),
  })
  for (const text of [{ steps }, ...steps.map(weight => ({ ...LOOSE, steps, weight }))])
    commit('A step', { [at('model-canary.yaml')]: canary(text) })

  const [churn] = await read()
  expect(churn!.seen?.causes?.map(({ kind }) => kind)).toContain('rules_changed')
})

it.each(['99999999999999 +0000', 'yesterday'])(
  'a commit of %s stops no model, and what it changed by hand is told of its own',
  async date => {
    const { commit, git, folder: clone, read } = repositoryOf(`dated ${date}`)
    commit('A release', {
      'assay-deploy.yml': CONFIG,
      [at('model-release.yaml')]: renderRelease(release(1)),
      [at('model-release.yaml', 'fraud')]: renderRelease(release(1, 'fraud')),
    })
    commit('A canary', { [at('model-canary.yaml')]: canary({}) })
    commit('Looser', { [at('model-canary.yaml')]: canary(LOOSE) })
    const text = git('cat-file', 'commit', 'HEAD').replace(/^(committer .*> ).*$/m, `$1${date}`)
    const input = { input: `${text}\n`, encoding: 'utf8' as const }
    const hash = ['-C', clone, 'hash-object', '-t', 'commit', '-w', '--stdin', '--literally']
    git('reset', '--hard', execFileSync('git', hash, input).trim())

    const [churn, fraud] = await read()
    expect(fraud).toMatchObject({ model: 'fraud', release: release(1).version })
    expect(churn!.seen?.causes).toMatchObject([
      { kind: 'rules_changed', words: expect.stringContaining('9999-12-31 23:59 UTC') },
    ])
  },
)
