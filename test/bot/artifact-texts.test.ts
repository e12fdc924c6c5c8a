import { expect, it } from 'vitest'
import { botLog } from '../../bot/log.ts'
import { logLook } from '../../bot/log-look.ts'
import { zipOf } from '../../emulator/github/actions/zip.ts'
import { resultsOf } from '../../src/commands/bot/reports/run-artifact.ts'
import { packed } from '../support/hostile-zips.ts'
import { FORK_RUN, leaving } from '../support/left-artifact.ts'
import { result } from '../support/results.ts'

const CANARY = 'canary-5521'

/** What is said of it: to those who wait for a verdict, and in the log. */
async function saidOf(bytes: Uint8Array): Promise<{ people: string; log: string }> {
  const { problems } = (await resultsOf(leaving(bytes), FORK_RUN))!
  const lines: string[] = []
  logLook(
    botLog(
      line => void lines.push(line),
      () => 0,
      [],
    ),
    {
      key: { kind: 'run', repository: { forge: 'github', name: 'acme/flights' }, id: 1 },
      cause: 'event',
      ms: 1,
      result: { did: [], problems },
    },
  )
  return {
    people: problems.flatMap(one => one.problems.map(({ what }) => what)).join('\n'),
    log: lines.join(''),
  }
}

const text = JSON.stringify(result())
const file = (content: string) => zipOf({ 'result.json': content })

it.each<[string, Uint8Array, string]>([
  ['a text that is no JSON', file(`{"schema": 1,\n "model": ${CANARY}}`), 'not JSON, near line 2, column 22'],
  ['a text that is cut off', file(`{"notes": "${CANARY}`), 'not JSON, near line 1, column 11'],
  [
    'bytes that are no text',
    zipOf({ 'result.json': Buffer.from(`{"a": "${CANARY}\xff"}`, 'latin1') }),
    'not JSON',
  ],
  ['a file of another kind', Buffer.from(`# ${CANARY}`), 'not JSON, near line 1, column 1'],
  [
    'a value where another belongs',
    file(text.replace('"verdict":', `"verdict":"${CANARY}","x":`)),
    'verdict: ',
  ],
  [
    'a path that leads out',
    packed([{ name: `../${CANARY}/result.json`, content: '{}' }]),
    'invalid relative path',
  ],
  ['a path from the root', packed([{ name: `/${CANARY}/result.json`, content: '{}' }]), 'absolute path'],
  ['a path of another system', packed([{ name: `..\\${CANARY}.json`, content: '{}' }]), 'invalid characters'],
])('of %s neither the log nor whoever waits is shown what stands in it', async (_, bytes, why) => {
  const { people, log } = await saidOf(bytes)
  expect(people).toContain(why)
  expect(people + log).not.toContain(CANARY)
  expect(JSON.parse(log)).toMatchObject({ level: 'warn', why: 'the check `assay` of the commit says what' })
})

it.each<[string, Uint8Array, string]>([
  ['folder', zipOf({ [`${CANARY}/result.json`]: text }), 'it says that it is of the model late-flights'],
  [
    'model',
    zipOf({ 'result.json': text.replaceAll('late-flights', CANARY), 'a/result.json': '' }),
    'not JSON',
  ],
  [
    'name twice',
    packed([`${CANARY}/result.json`, `${CANARY}/result.json`].map(name => ({ name, content: text }))),
    CANARY,
  ],
])('by its %s it is called where people wait for it, and not in the log', async (_, bytes, why) => {
  const { people, log } = await saidOf(bytes)
  expect(people).toContain(why)
  expect(log).not.toContain(CANARY)
})
