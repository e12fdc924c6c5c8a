import { type FieldNode, Kind, parse, type SelectionSetNode } from 'graphql'

/**
 * The points of a query: requests that it would take to fill each connection, through a hundred, at least one.
 * https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export function graphqlPoints(body: unknown): number {
  const { query, variables = {} } = (body ?? {}) as { query?: string; variables?: Record<string, unknown> }
  if (query === undefined) return 1
  const document = parse(query)
  const fragments = new Map(
    document.definitions.flatMap(one =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one.selectionSet] as const] : [],
    ),
  )
  const operation = document.definitions.find(one => one.kind === Kind.OPERATION_DEFINITION)
  const requests = operation ? requestsOf(operation.selectionSet, 1, fragments, variables) : 0
  return Math.max(1, Math.round(requests / 100))
}

// --- internal ---

function requestsOf(
  { selections }: SelectionSetNode,
  times: number,
  fragments: Map<string, SelectionSetNode>,
  variables: Record<string, unknown>,
): number {
  let sum = 0
  for (const one of selections) {
    const below = one.kind === Kind.FRAGMENT_SPREAD ? fragments.get(one.name.value) : one.selectionSet
    const size = one.kind === Kind.FIELD ? sizeOf(one, variables) : undefined
    if (size !== undefined) sum += times
    if (below) sum += requestsOf(below, times * (size ?? 1), fragments, variables)
  }
  return sum
}

/** `first` or `last` of a connection. */
function sizeOf(
  { arguments: given = [] }: FieldNode,
  variables: Record<string, unknown>,
): number | undefined {
  const value = given.find(({ name }) => ['first', 'last'].includes(name.value))?.value
  if (value?.kind === Kind.INT) return Number(value.value)
  return value?.kind === Kind.VARIABLE ? Number(variables[value.name.value]) : undefined
}
