import { isCommitSha } from '../../../core/git/names.ts'
import { badAnswer } from '../../forge-error.ts'
import type { Answer, Failure } from '../../http/answers.ts'
import { judgeAnswer } from '../../http/answers.ts'
import { type Safety, safeCalls } from '../../http/safe-calls.ts'
import { fetchAnswer } from '../requests.ts'
import { packetOf, packetsIn } from './packets.ts'

/** Refs whose names begin so, of any kind, and the commits that they point to. */
export type GitlabListRefs = (project: string, prefix: string) => Promise<ReadonlyMap<string, string>>

/**
 * Asks git itself, since GitLab's API knows branches and tags alone: version 2 of its protocol, which tells what is asked for and
 * not all that there is. https://git-scm.com/docs/protocol-v2#_ls_refs
 */
export function gitlabListRefs({
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
}): GitlabListRefs {
  const safely = safeCalls(safety)
  return async (project, prefix) => {
    const url = new URL(`${host}/${project}.git/git-upload-pack`)
    const name = `POST ${url.pathname}`
    const headers = {
      authorization: `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`,
      'content-type': 'application/x-git-upload-pack-request',
      'git-protocol': 'version=2',
      accept: RESULT,
    }
    const body = Buffer.concat([
      packetOf('command=ls-refs\n'),
      packetOf('agent=assay'),
      Buffer.from('0001'),
      packetOf(`ref-prefix ${prefix}\n`),
      Buffer.from('0000'),
    ])
    const answer = await safely(
      { name, host: url.host, write: false, repeatable: true, notifies: false },
      signal => fetchAnswer(send, url, { method: 'POST', headers, body, signal, redirect: 'manual' }),
      judgeResult,
    )
    const lines = packetsIn(Buffer.from(answer.data as Uint8Array)) ?? []
    const found = lines.map(line => /^(\S+) (\S+)/.exec(line.toString()))
    if (found.some(one => !one || !isCommitSha(one[1]!))) throw badAnswer(name, 'no list of refs')
    return new Map(found.map(one => [one![2]!, one![1]!] as const).filter(([ref]) => ref.startsWith(prefix)))
  }
}

// --- internal ---

const RESULT = 'application/x-git-upload-pack-result'

/** Git's answer is no JSON, and ends with an empty line; everything else about it is judged as any. */
function judgeResult(answer: Answer, timedOut: boolean): Failure | undefined {
  const { status, headers, data } = answer
  const type = String(headers['content-type'] ?? 'no content')
  if (status === 200 && type === RESULT && !timedOut && isWhole(data)) return undefined
  const said = `${type} where a list of refs was due`
  return judgeAnswer(answer, timedOut) ?? { kind: 'bad_answer', passing: true, status, said }
}

function isWhole(data: unknown): boolean {
  if (!(data instanceof Uint8Array)) return false
  const bytes = Buffer.from(data)
  return packetsIn(bytes) !== undefined && bytes.subarray(-4).toString() === '0000'
}
