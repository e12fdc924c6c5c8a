import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, it } from 'vitest'
import { startCollector } from '../../src/commands/collecting/collector.ts'
import { renderProfile } from '../../src/core/traffic/profile/profile-file.ts'
import { waitUntil } from '../support/alertmanager.ts'
import { testFolder } from '../support/git-repository.ts'
import { profileOf } from '../support/profiles.ts'
import { missing } from '../support/tools.ts'

/** The server of docs/drift-server.md, as it stands there, beside a real collector. */

const { folder, remove } = testFolder()
afterAll(remove)

it.skipIf(missing('python3', '-c', 'import fastapi, httpx'))('its rows and scores are counted', async () => {
  const blocks = readFileSync('docs/drift-server.md', 'utf8').matchAll(
    /^```python\n# (\S+)\n([\s\S]*?)^```$/gm,
  )
  for (const [, name, text] of blocks) writeFileSync(join(folder, name!), text!)
  writeFileSync(join(folder, 'model.py'), 'def score_of(row):\n    return row["age"] / 100\n')
  writeFileSync(
    join(folder, 'ask.py'),
    `from fastapi.testclient import TestClient
from events_app import app
for age in [10, 30, 50, 70]:
    print(TestClient(app).post("/predict", json={"age": age, "plan": "pro"}).json()["score"])
input()
`,
  )
  const profiles = join(folder, 'profiles/churn/v1')
  mkdirSync(profiles, { recursive: true })
  writeFileSync(join(profiles, 'model-profile.json'), renderProfile(profileOf()))
  writeFileSync(join(folder, 'tokens'), '9d1f0c77be52a3486e\n')
  const collector = await startCollector(
    {
      profiles: join(folder, 'profiles'),
      tokens: join(folder, 'tokens'),
      host: '127.0.0.1',
      port: 0,
      environment: 'production',
      labelTimes: { delay: 0, window: 86_400_000 },
      canary: { settle: 0, most: 10_000 },
      locks: join(folder, 'locks'),
    },
    { now: Date.now, log: { info() {}, warn() {} } },
  )
  try {
    const asking = promisify(execFile)('python3', ['ask.py'], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        PYTHONDONTWRITEBYTECODE: '1',
        ASSAY_EVENTS_URL: `http://127.0.0.1:${collector.port}/v1/events/churn/v1`,
        ASSAY_EVENTS_TOKEN: '9d1f0c77be52a3486e',
      },
    })
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
