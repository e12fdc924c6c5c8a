import type { Comment, CommitStatus } from '../forge.ts'
import { badAnswer } from '../forge-error.ts'

// Between GitLab's JSON and ours.

export interface NoteAnswer {
  id: number
  body: string
  author: { username: string } | null
  system: boolean
}

/** @param at address of the merge request's page */
export function toComment(answer: unknown, call: string, at: string): Comment {
  const { id, body, author } = answer as Partial<NoteAnswer>
  // 202 and no id: all lines were quick actions, and nothing was kept.
  if (!Number.isSafeInteger(id)) throw badAnswer(call, 'the answer has no id')
  return { id: id!, body: body ?? '', author: author?.username ?? '', url: `${at}#note_${id}` }
}

/** GitLab's words for a status. Nothing that is not known to be good is `success`. */
export const STATES: Record<CommitStatus['state'], 'pending' | 'success' | 'failed' | 'canceled'> = {
  pending: 'pending',
  success: 'success',
  failure: 'failed',
  error: 'canceled',
}

/** One page of a list, as gitbeaker gives it with `showExpanded`. */
interface Expanded {
  data: unknown
  paginationInfo: { next: number | null; perPage: number | null; totalPages?: number }
}

export const PAGE_SIZE = 100

/** @throws AssayError where a full page does not say whether another one follows: a proxy may have dropped the headers */
export function pageOf<T>(answer: unknown, call: string): { items: T[]; next?: number; last?: number } {
  const { data, paginationInfo } = answer as Partial<Expanded>
  if (!Array.isArray(data)) throw badAnswer(call, 'the answer is no list')
  const { next, perPage, totalPages } = paginationInfo ?? {}
  if (data.length >= PAGE_SIZE && !perPage) throw badAnswer(call, 'the list does not say how long it is')
  return { items: data, ...(next && { next }), ...(totalPages && { last: totalPages }) }
}
