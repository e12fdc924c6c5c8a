import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { LOCK_PAUSES_MS, refusalIn } from '../../core/errors/refusals.ts'
import { forgeError } from '../forge-error.ts'
import { type Answer, type Failure, judgeAnswer } from '../http/answers.ts'
import { type Safety, safeCalls } from '../http/safe-calls.ts'
import { fetchAnswer } from './requests.ts'

export interface RefUpdate {
  branch: string
  /** Where it must be; undefined: it must not exist. */
  from: string | undefined
  /** Where it goes, a commit that is there; undefined: away. */
  to: string | undefined
}

/** All updates or none, each only from where it must be. @returns why the server refused, undefined where it did it all */
export type GitlabPush = (project: string, updates: readonly RefUpdate[]) => Promise<string | undefined>

/**
 * A push of commits that the server has already: git's protocol over HTTP without a clone, a few hundred bytes whatever the
 * size of the repository. Each update names the commit it goes out from, and git moves the branch from exactly that one or
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
  return async (project, updates) => {
    const url = new URL(`${host}/${project}.git/git-receive-pack`)
    const name = `POST ${url.pathname}`
    // Once a branch has left the commit that the update names, repeating it changes nothing.
    const call = { name, host: url.host, write: true, repeatable: true, notifies: false }
    const headers = {
      authorization: `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`,
      'content-type': 'application/x-git-receive-pack-request',
      accept: RESULT,
    }
    const body = requestOf(updates)
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

function requestOf(updates: readonly RefUpdate[]): Buffer {
  const length = (updates[0]?.from ?? updates[0]?.to ?? '').length || 40
  const nothing = '0'.repeat(length)
  const format = length === 64 ? 'sha256' : 'sha1'
  const lines = updates.map(({ branch, from, to }, at) => {
    const line = `${from ?? nothing} ${to ?? nothing} refs/heads/${branch}`
    return packetOf(at === 0 ? `${line}\0 ${CAPABILITIES} object-format=${format}` : line)
  })
  const pack = updates.some(({ to }) => to !== undefined) ? [emptyPack(format)] : []
  return Buffer.concat([...lines, Buffer.from('0000'), ...pack])
}

function packetOf(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
}

/** Version 2, no objects: the commits are there. */
function emptyPack(format: 'sha1' | 'sha256'): Buffer {
  const header = Buffer.from('5041434b0000000200000000', 'hex')
  return Buffer.concat([header, createHash(format).update(header).digest()])
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

/** Undefined where it is cut off or none. */
function packetsIn(bytes: Buffer): Buffer[] | undefined {
  const packets: Buffer[] = []
  for (let from = 0; from < bytes.length; ) {
    const length = Number.parseInt(bytes.toString('latin1', from, from + 4), 16)
    if (Number.isNaN(length) || from + length > bytes.length || (length > 0 && length < 5)) return undefined
    if (length > 0) packets.push(bytes.subarray(from + 4, from + length))
    from += length || 4
  }
  return packets
}

/** Only what the server says it did was done. */
function refusedIn({ report, said }: PushResult, updates: readonly RefUpdate[]): string | undefined {
  const done = updates.every(({ branch }) => report.includes(`ok refs/heads/${branch}`))
  if (done && report[0] === 'unpack ok') return undefined
  const refused = report.filter(line => !/^(ok |unpack ok$)/.test(line))
  return [...(refused.length > 0 ? refused : ['the server does not say that it did it']), said]
    .filter(Boolean)
    .join('; ')
}
