import { readFileSync } from 'node:fs'
import { buildSchema, type DocumentNode, type GraphQLError, parse, validate } from 'graphql'

/** GitHub's own schema, as much of it as we use. */
export const schema = buildSchema(
  readFileSync(new URL('./github-schema-excerpt.graphql', import.meta.url), 'utf8'),
)

/** A query, and what the schema has against it. */
export function readQuery(query: string) {
  const before = known.get(query)
  if (before) return before
  const document = parse(query)
  const read = { document, invalid: validate(schema, document) }
  known.set(query, read)
  return read
}

// --- internal ---

/** What was read already: a client asks the same few questions, and to hold one against the schema costs more than its answer. */
const known = new Map<string, { document: DocumentNode; invalid: readonly GraphQLError[] }>()
