import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, it } from 'vitest'
import { startCollector } from '../../src/commands/collecting/collector.ts'
import { renderCanary } from '../../src/core/release/canary-file.ts'
import { renderRelease } from '../../src/core/release/record-file.ts'
import { renderProfile } from '../../src/core/traffic/profile/profile-file.ts'
import { waitUntil } from '../support/alertmanager.ts'
import { canaryFile } from '../support/canaries.ts'
import { testFolder } from '../support/git-repository.ts'
import { profileOf } from '../support/profiles.ts'
import { release } from '../support/releases.ts'
import { missing } from '../support/tools.ts'

/** The server of docs/drift-server.md, as it stands there, beside a real collector. */

const { folder, remove } = testFolder()
afterAll(remove)
for (const page of ['drift-server', 'receipts']) {
  const blocks = readFileSync(`docs/${page}.md`, 'utf8').matchAll(/^```python\n# (\S+)\n([\s\S]*?)^```$/gm)
  for (const [, name, text] of blocks) writeFileSync(join(folder, name!), text!)
}
writeFileSync(join(folder, 'model.py'), 'def score_of(row):\n    return row["age"] / 100\n')
writeFileSync(join(folder, 'tokens'), '9d1f0c77be52a3486e\n')

const collecting = (profiles: string) =>
  startCollector(
    {
      profiles: join(folder, profiles),
      tokens: join(folder, 'tokens'),
      host: '127.0.0.1',
      port: 0,
      environment: 'production',
      labelTimes: { delay: 0, window: 86_400_000 },
      canary: { settle: 0, most: 10_000 },
      locks: join(folder, `${profiles}-locks`),
    },
    { now: Date.now, log: { info() {}, warn() {} } },
  )

/** A program beside the snippets, which ends when it is told a line. */
function asks(name: string, text: string, port: number, release: string) {
  writeFileSync(join(folder, name), text)
  return promisify(execFile)('python3', [name], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      PYTHONDONTWRITEBYTECODE: '1',
      ASSAY_EVENTS_URL: `http://127.0.0.1:${port}/v1/events/churn/${release}`,
      ASSAY_EVENTS_TOKEN: '9d1f0c77be52a3486e',
      ASSAY_MODEL: 'churn',
      ASSAY_RELEASE: release,
      ASSAY_RECEIPT_KEY_ID: 'k1',
      ASSAY_RECEIPT_KEY: '8f3c01d97ae6b254'.repeat(4),
      ASSAY_PROFILE: join(folder, 'profiles/churn/v1/model-profile.json'),
    },
  })
}

it.skipIf(missing('python3', '-c', 'import fastapi, httpx'))('its rows and scores are counted', async () => {
  const profiles = join(folder, 'profiles/churn/v1')
  mkdirSync(profiles, { recursive: true })
  writeFileSync(join(profiles, 'model-profile.json'), renderProfile(profileOf()))
  const collector = await collecting('profiles')
  try {
    const text = `from fastapi.testclient import TestClient
from events_app import app
for age in [10, 30, 50, 70]:
    print(TestClient(app).post("/predict", json={"age": age, "plan": "pro"}).json()["score"])
input()
`
    const asking = asks('ask.py', text, collector.port, 'v1')
    const now = () => collector.traffic.counts({ model: 'churn', minutes: 60 }, Date.now())[0]
    await Promise.race([
      waitUntil(
        async () => now()?.events.counted === 4,
        async () => JSON.stringify(now()?.events),
      ),
      asking,
    ])
    asking.child.stdin!.end('\n')

    expect((await asking).stdout).toBe('0.1\n0.3\n0.5\n0.7\n')
    const counts = now()
    expect([...counts!.features.get('age')!]).toEqual([1, 1, 1, 1, 0, 0])
    expect([...counts!.features.get('plan')!]).toEqual([0, 4, 0, 0])
  } finally {
    await collector.stop()
  }
})

it.skipIf(missing('python3', '-c', 'import fastapi, httpx'))(
  'its users are counted in a canary',
  async () => {
    const place = join(folder, 'environment/churn')
    mkdirSync(place, { recursive: true })
    mkdirSync(join(folder, 'profiles/churn/v1'), { recursive: true })
    writeFileSync(join(folder, 'profiles/churn/v1/model-profile.json'), renderProfile(profileOf()))
    const [champion, canary] = [release(1), canaryFile()]
    writeFileSync(join(place, 'model-release.yaml'), renderRelease(champion))
    writeFileSync(join(place, 'model-canary.yaml'), renderCanary(canary))
    const collector = await collecting('environment')
    const text = `from fastapi.testclient import TestClient
from canary_app import app
client = TestClient(app, raise_server_exceptions=False)
for user in ["first", "ann", "ann", "bob"]:
    client.post("/predict", json={"age": 50, "plan": "pro"}, headers={"x-user": user})
client.post("/predict", json={"plan": "pro"}, headers={"x-user": "cid"})
client.post("/predict", json={"age": 50, "plan": "pro"})
input()
`
    try {
      const counts = () => collector.traffic.canaries({}, Date.now())[0]!
      for (const [version, wanted] of [
        [canary.challenger.version, { champion: 0, challenger: 3, without: 1 }],
        // The same users of the other release: all but the first, who began the canary, have met both then.
        [champion.version, { champion: 1, challenger: 0, without: 2 }],
      ] as const) {
        const asking = asks('meet.py', text, collector.port, version)
        const seen = () => ({
          champion: counts().arms.champion.exposures - counts().arms.champion.crossed,
          challenger: counts().arms.challenger.exposures - counts().arms.challenger.crossed,
          without: counts().unattributed,
        })
        const want = JSON.stringify(wanted)
        await Promise.race([
          waitUntil(
            async () => JSON.stringify(seen()) === want,
            async () => `${JSON.stringify(seen())}, not ${want}`,
          ),
          asking,
        ])
        asking.child.stdin!.end('\n')
        await asking
      }
      expect(counts()).toMatchObject({ metBoth: 3, full: 0 })
    } finally {
      await collector.stop()
    }
  },
)
