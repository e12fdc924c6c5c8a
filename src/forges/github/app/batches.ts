import { isForgeError } from '../../forge-error.ts'
import { askGraphql, type Graphql } from '../graphql.ts'
import type { BatchQuery } from './survey-query.ts'

/** A list as GraphQL gives it. */
export type List<T> = { nodes: (T | null)[] | null } | null

export function present<T>(list: List<T> | undefined): T[] {
  return (list?.nodes ?? []).filter(node => node !== null)
}

/**
 * Asks for many things, some dozens in a call; a call that fails is made of half as many. What is gone, or fails its call alone, has no
 * answer.
 *
 * @throws AssayError what keeps all of it from being seen
 */
export async function inBatches<Q, A>(
  graphql: Graphql,
  asked: readonly Q[],
  most: number,
  queryOf: (some: readonly Q[]) => BatchQuery,
): Promise<Map<Q, A | undefined>> {
  const answers = new Map<Q, A | undefined>()
  let failures = 0
  for (let from = 0; from < asked.length; from += most) await ask(asked.slice(from, from + most))
  return answers

  async function ask(some: readonly Q[]): Promise<void> {
    // Where so many fail, the rest would too: that is no reason to ask for each by itself.
    if (failures > MOST_FAILURES) return
    const { query, variables } = queryOf(some)
    try {
      const found = await askGraphql<Record<string, A | null>>(graphql, query, variables, 'anywhere')
      for (const [at, one] of some.entries()) answers.set(one, found[`r${at}`] ?? undefined)
    } catch (error) {
      if (!isForgeError(error, ...SMALLER)) throw error
      failures++
      const half = Math.ceil(some.length / 2)
      if (some.length > 1) for (const part of [some.slice(0, half), some.slice(half)]) await ask(part)
    }
  }
}

// --- internal ---

/** Calls of one survey that may fail before it is given up. */
const MOST_FAILURES = 16
/** What fewer may get an answer to, or all but one of them. */
const SMALLER = [
  'FORGE_TIMEOUT',
  'FORGE_UNAVAILABLE',
  'FORGE_REJECTED',
  'FORGE_BAD_ANSWER',
  'FORGE_FORBIDDEN',
] as const
