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

it('tells `assay watch` of two changes that fell into one window, by the history of both files', async () => {
  const at = (name: string) => `environments/production/churn/${name}`
  const canary = (change: object) => renderCanary(canaryFile({ sticky: 'none', unit: 'request', ...change }))
  const { commit } = createRepository(join(folder, 'deploy'))
  const first = commit('A release', {
    'assay-deploy.yml':
      "path: environments/{environment}/{model}\ntarget: kserve\noptions: { file: service.yaml }\nenvironments: { production: { drift: { collector: 'http://collector.invalid' } } }\n",
    [at('model-release.yaml')]: renderRelease(release(1)),
  })
  const second = commit('A canary', { [at('model-canary.yaml')]: canary({}) })
  const context = {
    folder: join(folder, 'deploy'),
    env: { HOME: folder },
    ci: { name: 'local' },
    now: Date.now,
    log: { info() {}, warn() {} },
    signal: new AbortController().signal,
    version: '0',
  } as unknown as Context
  const seen = async () => (await readWatched(context, {}, undefined, true)).map(one => one.seen)

  expect(await seen()).toEqual([
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
