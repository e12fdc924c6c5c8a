import * as z from 'zod'

interface JsonSchema {
  type?: string | string[]
  description?: string
  default?: unknown
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  anyOf?: JsonSchema[]
  additionalProperties?: JsonSchema | boolean
}

/** The keys of a model in assay.yml as a Markdown table, nested keys joined by dots. */
export function configTable(schema: z.ZodType): string {
  const rows = rowsOf('', z.toJSONSchema(schema, { io: 'input' }) as JsonSchema)
  return `| key | value | default | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`
}

// --- internal ---

function rowsOf(prefix: string, schema: JsonSchema): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const name = prefix + key
    const described =
      value.description ?? branches(value).find(branch => branch.description)?.description ?? ''
    const fallback = value.default === undefined ? '' : `\`${JSON.stringify(value.default)}\``
    const row = `| \`${name}\` | ${typeOf(value)} | ${fallback} | ${escapeCell(described)} |`
    // Whatever may stand there: a key that several ways share is said once.
    const below = branches(value).flatMap(branch => [
      ...rowsOf(`${name}.`, branch),
      ...(branch.items ? rowsOf(`${name}[].`, branch.items) : []),
    ])
    return [row, ...new Set(below)]
  })
}

function branches(schema: JsonSchema): JsonSchema[] {
  const own = schema.anyOf ? schema.anyOf.flatMap(branches) : [schema]
  return own.flatMap(branch =>
    branch.items?.anyOf ? branch.items.anyOf.flatMap(item => [{ ...branch, items: item }]) : [branch],
  )
}

function typeOf(schema: JsonSchema): string {
  const names = branches(schema).map(branch => {
    if (branch.enum) return branch.enum.map(value => `\`${String(value)}\``).join(' or ')
    if (branch.const !== undefined) return `\`${String(branch.const)}\``
    if (branch.type === 'array') return 'list'
    if (branch.type === 'object') return branch.properties ? 'keys' : 'map'
    if (branch.type === 'string') return 'text'
    return String(branch.type ?? 'text')
  })
  return [...new Set(names)].join(' or ')
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
