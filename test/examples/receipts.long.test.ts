import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readKeys } from '../../src/commands/collecting/keys.ts'
import { renderProfile } from '../../src/core/traffic/profile/profile-file.ts'
import { type ReceiptKeys, readReceipt } from '../../src/core/traffic/receipts/receipt.ts'
import { testFolder } from '../support/git-repository.ts'
import { profileOf } from '../support/profiles.ts'
import { missing } from '../support/tools.ts'
import { RELEASE } from '../support/traffic.ts'

/** The snippets of docs/receipts.md, run as they stand there. */

const { folder, remove } = testFolder()
afterAll(remove)
/** As `openssl rand -hex 32 > k1` writes it: with a newline. */
const KEY_FILE = `${'8f3c01d97ae6b254'.repeat(4)}\n`
const env = {
  PATH: process.env.PATH,
  PYTHONDONTWRITEBYTECODE: '1',
  ASSAY_MODEL: 'churn',
  ASSAY_RELEASE: RELEASE,
  ASSAY_RECEIPT_KEY_ID: 'k1',
  ASSAY_RECEIPT_KEY: KEY_FILE,
  ASSAY_PROFILE: join(folder, 'model-profile.json'),
}

/** Of the same file, as the collector reads it. */
let keys: ReceiptKeys

beforeAll(async () => {
  const blocks = readFileSync('docs/receipts.md', 'utf8').matchAll(
    /^```(?:python|js)\n(?:#|\/\/) (\S+)\n([\s\S]*?)^```$/gm,
  )
  for (const [, name, text] of blocks) writeFileSync(join(folder, name!), text!)
  writeFileSync(env.ASSAY_PROFILE, renderProfile(profileOf()))
  mkdirSync(join(folder, 'keys'))
  writeFileSync(join(folder, 'keys', 'k1'), KEY_FILE)
  const read = await readKeys(join(folder, 'keys'))
  if (!('keys' in read)) throw new Error(JSON.stringify(read.problems))
  keys = read.keys
  writeFileSync(join(folder, 'model.py'), 'def score_of(row):\n    return row["age"] / 100\n')
})

/** What a program prints that is run beside the snippets. */
function run(command: string, name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return execFileSync(command, [name], { cwd: folder, env, encoding: 'utf8' }).trim()
}

const READ = { release: RELEASE, prediction: '1', id: 'order%2F7%20%7C%20%C3%A4', scoreBin: 1 }
const ROWS = '[{"id": "order/7 | ä", "age": 50}, {"age": 50}, {"id": "", "age": 50}]'
const onFastapi = `from fastapi.testclient import TestClient
from fastapi_app import app
for row in ${ROWS}:
    print(TestClient(app).post("/predict", json=row).headers["x-assay-receipt"])
`
const onFlask = `from flask_app import app
for row in ${ROWS}:
    print(app.test_client().post("/predict", json=row).headers["x-assay-receipt"])
`
const onNode = `import { receipt } from './assay-receipt.mjs'
for (const { id } of ${ROWS}) console.log(receipt(0.5, 1, id))
`

/** What the collector reads in the receipts that a server printed. */
function readAll(printed: string, model = 'churn') {
  return printed.split('\n').map(text => readReceipt(text, model, keys))
}

/** The first names its id; the others get one each, though all are of one second, bin and prediction. */
function expectGood(printed: string) {
  const read = readAll(printed)

  expect(read).toEqual([
    expect.objectContaining(READ),
    expect.objectContaining({ ...READ, id: expect.stringMatching(/^[0-9a-f-]{36}$/) }),
    expect.objectContaining({ ...READ, id: expect.stringMatching(/^[0-9a-f-]{36}$/) }),
  ])
  expect(read[1]!.id).not.toBe(read[2]!.id)
}

describe('the snippet for', () => {
  it.skipIf(missing('python3', '-c', 'import fastapi, httpx'))('FastAPI signs what the collector reads', () =>
    expectGood(run('python3', 'ask_fastapi.py', onFastapi)),
  )

  it.skipIf(missing('python3', '-c', 'import flask'))('Flask signs what the collector reads', () =>
    expectGood(run('python3', 'ask_flask.py', onFlask)),
  )

  it('Node signs what the collector reads', () => {
    const printed = run(process.execPath, 'ask.mjs', onNode)

    expectGood(printed)
    expect(readAll(printed, 'fraud')).toEqual([undefined, undefined, undefined])
  })
})
