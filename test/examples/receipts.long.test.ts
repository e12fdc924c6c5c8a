import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderProfile } from '../../src/core/traffic/profile/profile-file.ts'
import { readReceipt } from '../../src/core/traffic/receipts/receipt.ts'
import { testFolder } from '../support/git-repository.ts'
import { profileOf } from '../support/profiles.ts'
import { missing } from '../support/tools.ts'
import { RELEASE } from '../support/traffic.ts'

/** The snippets of docs/receipts.md, run as they stand there. */

const { folder, remove } = testFolder()
afterAll(remove)
const KEY = 'a key that nobody knows, 1'
const env = {
  PATH: process.env.PATH,
  PYTHONDONTWRITEBYTECODE: '1',
  ASSAY_MODEL: 'churn',
  ASSAY_RELEASE: RELEASE,
  ASSAY_RECEIPT_KEY_ID: 'k1',
  ASSAY_RECEIPT_KEY: KEY,
  ASSAY_PROFILE: join(folder, 'model-profile.json'),
}

beforeAll(() => {
  const blocks = readFileSync('docs/receipts.md', 'utf8').matchAll(
    /^```(?:python|js)\n(?:#|\/\/) (\S+)\n([\s\S]*?)^```$/gm,
  )
  for (const [, name, text] of blocks) writeFileSync(join(folder, name!), text!)
  writeFileSync(env.ASSAY_PROFILE, renderProfile(profileOf()))
  writeFileSync(join(folder, 'model.py'), 'def score_of(row):\n    return row["age"] / 100\n')
})

/** What a program prints that is run beside the snippets. */
function run(command: string, name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return execFileSync(command, [name], { cwd: folder, env, encoding: 'utf8' }).trim()
}

const READ = { release: RELEASE, prediction: '1', id: 'order%2F7%20%7C%20%C3%A4', scoreBin: 1 }
const onFastapi = `from fastapi.testclient import TestClient
from fastapi_app import app
print(TestClient(app).post("/predict", json={"id": "order/7 | ä", "age": 50}).headers["x-assay-receipt"])
`
const onFlask = `from flask_app import app
print(app.test_client().post("/predict", json={"id": "order/7 | ä", "age": 50}).headers["x-assay-receipt"])
`
const onNode = `import { receipt } from './assay-receipt.mjs'
console.log(receipt(0.5, 1, 'order/7 | ä'))
`

describe('the snippet for', () => {
  it.skipIf(missing('python3', '-c', 'import fastapi, httpx'))(
    'FastAPI signs what the collector reads',
    () => {
      expect(
        readReceipt(run('python3', 'ask_fastapi.py', onFastapi), 'churn', new Map([['k1', KEY]])),
      ).toMatchObject(READ)
    },
  )

  it.skipIf(missing('python3', '-c', 'import flask'))('Flask signs what the collector reads', () => {
    expect(
      readReceipt(run('python3', 'ask_flask.py', onFlask), 'churn', new Map([['k1', KEY]])),
    ).toMatchObject(READ)
  })

  it('Node signs what the collector reads', () => {
    const text = run(process.execPath, 'ask.mjs', onNode)

    expect(readReceipt(text, 'churn', new Map([['k1', KEY]]))).toMatchObject(READ)
    expect(readReceipt(text, 'fraud', new Map([['k1', KEY]]))).toBeUndefined()
  })
})
