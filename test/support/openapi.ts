import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'

export interface SentRequest {
  method: string
  /** Without the query. */
  path: string
  query: URLSearchParams
  body: unknown
}

/** What GitHub's own description of its API has against a request; nothing when it is fine. */
export function openapiProblems(request: SentRequest): string[] {
  const name = `${request.method} ${request.path}`
  const found = findOperation(request)
  if (!found) return [`${name}: GitHub's API has no such operation`]
  const { operation, pathValues } = found
  const problems = [
    ...parameterProblems(operation, 'path', pathValues),
    ...parameterProblems(operation, 'query', request.query),
    ...bodyProblems(operation, request.body),
  ]
  return problems.map(problem => `${name}: ${problem}`)
}

// --- internal ---

interface Parameter {
  name: string
  in: string
  required?: boolean
  schema: object
}
interface BodySchema {
  properties?: Record<string, unknown>
}
interface Operation {
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: { 'application/json'?: { schema: BodySchema } } }
}

const excerpt = JSON.parse(
  readFileSync(new URL('../data/github-openapi-excerpt.json', import.meta.url), 'utf8'),
) as { paths: Record<string, Record<string, Operation>> }

const bodies = new Ajv({ strict: false, allErrors: true })
const parameters = new Ajv({ strict: false, allErrors: true, coerceTypes: true })
for (const ajv of [bodies, parameters]) addFormats.default(ajv)
const compiled = new Map<object, ValidateFunction>()

/** Those with fewer parameters first, then the longer ones: `/commits/{ref}` also fits what continues after a ref. */
const templates = Object.keys(excerpt.paths)
  .map(template => ({
    template,
    names: [...template.matchAll(/\{(\w+)\}/g)].map(match => match[1]!),
    pattern: new RegExp(
      `^${template.replace(/\{(path|ref|basehead)\}/g, '(.+)').replace(/\{\w+\}/g, '([^/]+)')}$`,
    ),
  }))
  .sort((a, b) => a.names.length - b.names.length || b.template.length - a.template.length)

function findOperation({ method, path }: SentRequest) {
  for (const { template, names, pattern } of templates) {
    const match = pattern.exec(path)
    const operation = match && excerpt.paths[template]![method.toLowerCase()]
    if (operation) {
      const values = names.map((name, index): [string, string] => [
        name,
        decodeURIComponent(match[index + 1]!),
      ])
      return { operation, pathValues: new URLSearchParams(values) }
    }
  }
  return undefined
}

function parameterProblems(operation: Operation, place: string, values: URLSearchParams): string[] {
  const known = (operation.parameters ?? []).filter(parameter => parameter.in === place)
  const unknown = [...values.keys()].filter(name => !known.some(parameter => parameter.name === name))
  const missing = known.filter(parameter => parameter.required && !values.has(parameter.name))
  const wrong = known.flatMap(({ name, schema }) =>
    values.has(name)
      ? check(parameters, { type: 'object', properties: { [name]: schema } }, { [name]: values.get(name) })
      : [],
  )
  return [
    ...unknown.map(name => `unknown ${place} parameter ${name}`),
    ...missing.map(({ name }) => `no ${place} parameter ${name}`),
    ...wrong,
  ]
}

function bodyProblems({ requestBody }: Operation, body: unknown): string[] {
  const schema = requestBody?.content['application/json']?.schema
  if (!schema) return body === undefined ? [] : ['a body where none is due']
  if (body === undefined) return requestBody.required ? ['no body'] : []
  const unknown = Object.keys(body as object).filter(key => schema.properties && !(key in schema.properties))
  return [...unknown.map(key => `unknown body key ${key}`), ...check(bodies, schema, body)]
}

function check(ajv: Ajv, schema: object, value: unknown): string[] {
  const validate = compiled.get(schema) ?? ajv.compile(schema)
  compiled.set(schema, validate)
  if (validate(value)) return []
  return (validate.errors ?? []).map(error => `${error.instancePath} ${error.message}`)
}
