import type { Annotation, Check, Comment, NewCheck, WrittenCheck } from '../forge.ts'
import { badAnswer, forgeError } from '../forge-error.ts'

// Between GitHub's JSON and ours.

export function toComment(answer: unknown, call: string): Comment {
  const comment = identified<IssueComment>(answer, call)
  return {
    id: comment.id,
    body: comment.body ?? '',
    author: comment.user?.login ?? '',
    url: comment.html_url,
  }
}

export function toCheck(answer: unknown, call: string): Check {
  const run = identified<CheckRun>(answer, call)
  const author = run.app?.slug && `${run.app.slug}[bot]`
  return { id: run.id, url: run.html_url ?? '', ...(author && { author }) }
}

export function toWrittenCheck(answer: unknown, call: string): WrittenCheck {
  const { name = '', external_id: externalId, conclusion, output } = identified<CheckRun>(answer, call)
  return {
    ...toCheck(answer, call),
    name,
    externalId: externalId ?? '',
    ...(conclusion && { conclusion }),
    title: output?.title ?? '',
    summary: output?.summary ?? '',
  }
}

export function toPullRequest(
  answer: unknown,
  call: string,
): { number: number; headSha: string; base: string } {
  const pull = identified<PullRequest>(answer, call)
  return { number: pull.number, headSha: pull.head.sha, base: pull.base.ref }
}

export function listOf(answer: unknown, call: string): unknown[] {
  if (Array.isArray(answer)) return answer
  throw badAnswer(call, 'the answer is no list')
}

export function checkParameters(check: NewCheck) {
  return {
    name: check.name,
    head_sha: check.commit,
    external_id: check.externalId,
    details_url: check.detailsUrl,
    output: {
      ...outputOf(check),
      ...(check.annotations && { annotations: check.annotations.map(toAnnotation) }),
    },
    ...(check.conclusion
      ? { status: 'completed' as const, conclusion: check.conclusion }
      : { status: 'in_progress' as const }),
  }
}

export function outputOf({ title, summary, text }: { title: string; summary: string; text?: string }) {
  return {
    title: cut(title, 255),
    summary: cut(summary, MOST_CHECK_TEXT),
    text: text && cut(text, MOST_CHECK_TEXT),
  }
}

export function toAnnotation({ path, line, level, message, title }: Annotation) {
  return { path, start_line: line, end_line: line, annotation_level: level, message, title: cut(title, 255) }
}

/** At most 50 a request; the first request is due even without any. */
export function inBatches(annotations: Annotation[]): Annotation[][] {
  const count = Math.max(1, Math.ceil(annotations.length / 50))
  return Array.from({ length: count }, (_, batch) => annotations.slice(batch * 50, batch * 50 + 50))
}

export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`
}

export function textOf(data: unknown, call: string): string {
  const { type, encoding, content } = data as { type?: string; encoding?: string; content?: string }
  if (type === 'file' && encoding === 'base64' && content !== undefined)
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(content, 'base64'))
  throw forgeError({
    code: 'FORGE_BAD_ANSWER',
    call,
    said: 'no file, or one above 1 MB',
    fix: 'Name a file of less than 1 MB',
  })
}

// --- internal ---

/** What a check's summary and text may hold. */
const MOST_CHECK_TEXT = 65_535

type CheckRun = {
  name?: string
  id: number
  html_url: string | null
  app: { slug?: string } | null
  external_id?: string | null
  conclusion?: string | null
  output?: { title: string | null; summary: string | null } | null
}
type PullRequest = { id: number; number: number; head: { sha: string }; base: { ref: string } }
type IssueComment = { id: number; body?: string; html_url: string; user: { login: string } | null }

/** Something without an id was not made, whatever the status says. */
function identified<T extends { id: number }>(answer: unknown, call: string): T {
  if (Number.isSafeInteger((answer as Partial<T> | undefined)?.id)) return answer as T
  throw badAnswer(call, 'the answer has no id')
}
