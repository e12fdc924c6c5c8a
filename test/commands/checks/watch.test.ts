import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { watchFindings } from '../../../src/commands/checks/watch.ts'
import { parseDeploy } from '../../../src/commands/deploy/read/state.ts'
import { renderProfile } from '../../../src/core/traffic/profile/profile-file.ts'
import { testFolder } from '../../support/git-repository.ts'
import { profileOf } from '../../support/profiles.ts'

/** What `assay check` says in a deploy repository of what watches its releases. */

const { folder, remove } = testFolder()
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}
const config = (watch: string) =>
  parseDeploy(`path: apps/{model}/{environment}
target: kserve
environments:
  staging: {}
  production: { watch: ${watch} }
`)
const WATCH = 'profile: true, rules: counts'

beforeAll(() => {
  write('apps/churn/production/model-profile.yaml', renderProfile(profileOf()))
  write('apps/churn/staging/model-profile.yaml', 'not looked at')
  write('elsewhere/model-profile.yaml', 'nor this')
})
afterAll(remove)

it('is nothing where nothing is watched', async () => {
  expect(await watchFindings(folder, config('{ rules: counts }'))).toEqual([])
  expect(await watchFindings(folder, config('{}'))).toEqual([])
})

it('counts the series of all releases, and has the sum of one that has too many', async () => {
  const [all, churn] = await watchFindings(folder, config(`{ ${WATCH}, series: 50 }`))

  expect(all).toEqual({ level: 'ok', text: 'watch: 1 release watched, 179 series' })
  expect(churn).toEqual({
    level: 'problem',
    text: 'churn in production: 4 features with 18 bins: 18 × 4 + 4 × 10 + 12 of outcomes + 32 of events + 23 of latency = 179 series, and `watch.series` allows 50: give its features fewer `bins` or `categories` in `profile` of assay.yml, or allow more',
  })
  const [plain] = await watchFindings(folder, config('{ profile: true, series: 80 }'))
  expect(plain!.text).toBe('watch: 1 release watched, 103 series')
})

it('names the Secret that nothing makes, and a profile that cannot be read', async () => {
  const asked = async () =>
    (await watchFindings(folder, config(`{ ${WATCH} }`))).slice(1).map(({ text }) => text)
  expect(await asked()).toEqual([
    'watch: the collector needs the Secret `assay-collector` with the key `tokens`, and no manifest here makes it: where nobody has made it by hand, `kubectl create secret generic assay-collector --from-file=tokens`',
  ])

  write(
    'platform/collector.yaml',
    'kind: StatefulSet\nmetadata:\n  name: assay-collector\n---\nkind: Secret\nmetadata:\n  name: other\n',
  )
  expect(await asked()).toHaveLength(1)
  write('platform/sealed.yaml', 'kind: SealedSecret\nmetadata:\n  name: assay-collector\n')
  expect(await asked()).toEqual([])

  write('apps/fraud/production/model-profile.yaml', '{"version": 1, "model": "alice@example.com"')
  const [text] = await asked()
  expect(text).toBe(
    'apps/fraud/production/model-profile.yaml: it is not JSON, or cut off: nothing of its release is counted',
  )
})
