import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { deflateSync } from 'node:zlib'
import { LOCK_PAUSES_MS, refusalIn } from '../../../core/errors/refusals.ts'
import { forgeError } from '../../forge-error.ts'
import { type Answer, type Failure, judgeAnswer } from '../../http/answers.ts'
import { type Safety, safeCalls } from '../../http/safe-calls.ts'
import { fetchAnswer } from '../requests.ts'
import { packetOf, packetsIn } from './packets.ts'

export interface RefUpdate {
  /** `refs/heads/main`. */
  ref: string
  /** Where it must be; undefined: it must not exist. */
  from: string | undefined
  /** Where it goes, a commit that is there; undefined: away. */
  to: string | undefined
}

/**
 * All updates or none, each only from where it must be.
 *
 * @param commit a commit that the server does not have yet, without its object header; all that it names is there
 * @returns why the server refused, undefined where it did it all
 */
export type GitlabPush = (
  project: string,
  updates: readonly RefUpdate[],
  commit?: Uint8Array,
) => Promise<string | undefined>

/**
 * A push of commits that the server has already, or of one that holds nothing new: git's protocol over HTTP without a clone, a few
 * hundred bytes whatever the size of the repository. Each update names the commit it goes out from, and git moves the branch from exactly that one or
 * not at all. https://git-scm.com/docs/pack-protocol#_pushing_data_to_a_server
 */
export function gitlabPush({
  host,
  user,
  token,
  safety,
  send = fetch,
}: {
  host: string
  user: string
  token: string
  safety?: Safety
  send?: typeof fetch
}): GitlabPush {
  const safely = safeCalls(safety)
  const { wait = sleep } = safety ?? {}
  return async (project, updates, commit) => {
    const url = new URL(`${host}/${project}.git/git-receive-pack`)
    const name = `POST ${url.pathname}`
    // Once a branch has left the commit that the update names, repeating it changes nothing.
    const call = { name, host: url.host, write: true, repeatable: true, notifies: false }
    const headers = {
      authorization: `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`,
      'content-type': 'application/x-git-receive-pack-request',
      accept: RESULT,
    }
    const body = requestOf(updates, commit)
    for (let attempt = 0; ; attempt++) {
      const answer = await safely(
        call,
        signal => fetchAnswer(send, url, { method: 'POST', headers, body, signal, redirect: 'manual' }),
        judgeResult,
      )
      const result = readResult(answer.data as Uint8Array)
      if (!result)
        throw forgeError({
          code: 'FORGE_BAD_ANSWER',
          call: name,
          said: 'no result of a push',
          fix: 'Run again',
        })
      const refused = refusedIn(result, updates)
      const pause = LOCK_PAUSES_MS[attempt]
      if (refused === undefined || pause === undefined || !isLocked(refused)) return refused
      await wait(pause)
    }
  }
}

// --- internal ---

/** Without the word, a branch that has moved says the same: whoever asks looks where it is. */
function isLocked(refused: string): boolean {
  return refusalIn(refused) === 'held_lock' && /lock/i.test(refused)
}

const RESULT = 'application/x-git-receive-pack-result'
const CAPABILITIES = 'report-status atomic side-band-64k agent=assay'

/** Git's answer is no JSON; everything else about it is judged as any. */
function judgeResult(answer: Answer, timedOut: boolean): Failure | undefined {
  const type = String(answer.headers['content-type'] ?? 'no content')
  if (answer.status === 200 && type === RESULT && !timedOut) return undefined
  const { status } = answer
  const said = `${type} where the result of a push was due`
  return judgeAnswer(answer, timedOut) ?? { kind: 'bad_answer', passing: true, status, said }
}

function requestOf(updates: readonly RefUpdate[], commit?: Uint8Array): Buffer {
  const length = (updates[0]?.from ?? updates[0]?.to ?? '').length || 40
  const nothing = '0'.repeat(length)
  const format = length === 64 ? 'sha256' : 'sha1'
  const lines = updates.map(({ ref, from, to }, at) => {
    const line = `${from ?? nothing} ${to ?? nothing} ${ref}`
    return packetOf(at === 0 ? `${line}\0 ${CAPABILITIES} object-format=${format}` : line)
  })
  const pack = updates.some(({ to }) => to !== undefined) ? [packOf(commit ? [commit] : [], format)] : []
  return Buffer.concat([...lines, Buffer.from('0000'), ...pack])
}

/** Version 2; what is not in it is there. https://git-scm.com/docs/pack-format */
function packOf(commits: readonly Uint8Array[], format: 'sha1' | 'sha256'): Buffer {
  const header = Buffer.alloc(12)
  header.write('PACK')
  header.writeUInt32BE(2, 4)
  header.writeUInt32BE(commits.length, 8)
  const entries = commits.flatMap(commit => [sizeOfCommit(commit.length), deflateSync(commit)])
  const pack = Buffer.concat([header, ...entries])
  return Buffer.concat([pack, createHash(format).update(pack).digest()])
}

/** Kind and size of an entry: four bits of the size beside the kind, then seven a byte. */
function sizeOfCommit(size: number): Buffer {
  const bytes = [(1 << 4) | (size & 15)]
  for (let rest = size >> 4; rest > 0; rest >>= 7) {
    bytes[bytes.length - 1]! |= 128
    bytes.push(rest & 127)
  }
  return Buffer.from(bytes)
}

interface PushResult {
  /** `unpack ok`, `ok refs/heads/a`, `ng refs/heads/b reason`. */
  report: string[]
  /** What the server's hooks said. */
  said: string
}

function readResult(bytes: Uint8Array): PushResult | undefined {
  const bands = new Map<number, Buffer[]>()
  for (const packet of packetsIn(Buffer.from(bytes)) ?? [])
    bands.set(packet[0]!, [...(bands.get(packet[0]!) ?? []), packet.subarray(1)])
  const band = (number: number) => Buffer.concat(bands.get(number) ?? [])
  const report = packetsIn(band(1))?.map(line => line.toString().trim())
  const said = Buffer.concat([band(2), band(3)])
    .toString()
    .trim()
  return report && report.length > 0 ? { report, said } : undefined
}

/** Only what the server says it did was done. */
function refusedIn({ report, said }: PushResult, updates: readonly RefUpdate[]): string | undefined {
  const done = updates.every(({ ref }) => report.includes(`ok ${ref}`))
  if (done && report[0] === 'unpack ok') return undefined
  const refused = report.filter(line => !/^(ok |unpack ok$)/.test(line))
  return [...(refused.length > 0 ? refused : ['the server does not say that it did it']), said]
    .filter(Boolean)
    .join('; ')
}
