import type { Graphql } from '../graphql.ts'
import { inBatches, type List, present } from './batches.ts'
import { branchesQuery } from './survey-query.ts'

/** Branches as a survey lists them. */
export type Branches =
  | (NonNullable<List<{ name: string }>> & {
      pageInfo?: { hasNextPage: boolean; endCursor: string | null }
    })
  | null

export interface OtherBranches {
  branches: string[]
  /** There are more. */
  isCut?: true
  /** They could not be listed: the first ones would pass for all. */
  isUnseen?: true
}

/** Their whole names. What is asked for is a part of the name, wherever it stands. */
export function branchesIn(listed: Branches | undefined, prefix: string): string[] {
  const above = prefix.slice(0, prefix.lastIndexOf('/') + 1)
  return present(listed)
    .map(({ name }) => above + name)
    .filter(branch => branch.startsWith(prefix))
}

/** What a first list has no room for, of the repositories with more: branches of what is over stay, and there are ever more of them. */
export async function readOtherBranches(
  graphql: Graphql,
  listed: ReadonlyMap<string, Branches>,
  prefix: string,
): Promise<Map<string, OtherBranches>> {
  const found = new Map<string, OtherBranches>()
  let open = [...listed].flatMap(([name, first]) => nextOf(name, first))
  for (const { name } of open) found.set(name, { branches: [] })
  for (let page = 0; open.length > 0 && page < MOST_PAGES; page++) {
    const answers = await inBatches<Next, { refs: Branches }>(graphql, open, MOST_REPOSITORIES, some =>
      branchesQuery(some, prefix),
    )
    open = open.flatMap(({ name }, at) => {
      const answer = answers.get(open[at]!)
      const own = found.get(name)!
      if (answer) own.branches.push(...branchesIn(answer.refs, prefix))
      else own.isUnseen = true
      return nextOf(name, answer?.refs)
    })
  }
  for (const { name } of open) found.get(name)!.isCut = true
  return found
}

// --- internal ---

const MOST_REPOSITORIES = 50
/** Of a hundred each. */
const MOST_PAGES = 10

/** A repository, and behind what its list goes on. */
interface Next {
  name: string
  after: string
}

function nextOf(name: string, list: Branches | undefined): Next[] {
  const { hasNextPage = false, endCursor: after = null } = list?.pageInfo ?? {}
  return hasNextPage && after !== null ? [{ name, after }] : []
}
