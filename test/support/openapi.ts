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

export interface ApiDescription {
  paths: Record<string, Record<string, Operation>>
  components?: object
}

/** A forge's own description of its API, as judge. */
export interface ApiJudge {
  /** What it has against a request; nothing when it is fine. */
  request(request: SentRequest): string[]
  /** What it has against the answer to a request. */
  response(request: SentRequest, answer: { status: number; body: unknown }): string[]
}

/** @param open names of path parameters that may hold slashes as they are */
export function apiJudge(
  forge: string,
  description: ApiDescription,
  open: readonly string[] = [],
  prefix = '',
): ApiJudge {
  const templates = templatesOf(description, open)
  const find = (request: SentRequest) => findOperation(description, templates, request, prefix)
  return {
    request(request) {
      const name = `${request.method} ${request.path}`
      const found = find(request)
      if (!found) return [`${name}: ${forge}'s API has no such operation`]
      const { operation, pathValues } = found
      const problems = [
        ...parameterProblems(operation, 'path', pathValues),
        ...parameterProblems(operation, 'query', request.query),
        ...bodyProblems(operation, request.body),
      ]
      return problems.map(problem => `${name}: ${problem}`)
    },
    response(request, { status, body }) {
      const name = `answer to ${request.method} ${request.path}`
      // Refusals and limits can meet every operation, described or not.
      if (status >= 400) return []
      const answer = find(request)?.operation.responses?.[String(status)]
      if (!answer) return [`${name}: a ${status} is not described`]
      const schema = answer.content?.['application/json']?.schema
      if (!schema) return body === undefined ? [] : [`${name}: a body where none is due`]
      return check(bodies, nullable(schema), body).map(problem => `${name}: ${problem}`)
    },
  }
}

const github = apiJudge(
  'GitHub',
  JSON.parse(readFileSync(new URL('../data/github-openapi-excerpt.json', import.meta.url), 'utf8')),
  ['path', 'ref', 'basehead'],
)

/** What GitHub's own description of its API has against a request; nothing when it is fine. */
export function openapiProblems(request: SentRequest): string[] {
  return github.request(request)
}

/** What it has against the body of an answer, a query left out. */
export function openapiResponseProblems(
  method: string,
  path: string,
  status: number,
  body: unknown,
): string[] {
  return github.response({ method, path, query: new URLSearchParams(), body: undefined }, { status, body })
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
export interface Operation {
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: { 'application/json'?: { schema: BodySchema } } }
  responses?: Record<string, { content?: { 'application/json'?: { schema: object } } }>
}

/** `owner/name`, a format of GitHub's own. */
const formats = { 'repo.nwo': /^[^/\s]+\/[^/\s]+$/ }
const bodies = new Ajv({ strict: false, allErrors: true, formats })
const parameters = new Ajv({ strict: false, allErrors: true, coerceTypes: true, formats })
for (const ajv of [bodies, parameters]) addFormats.default(ajv)
const compiled = new Map<object, ValidateFunction>()

type Templates = { template: string; names: string[]; pattern: RegExp }[]

/** Those with fewer parameters first, then the longer ones: `/commits/{ref}` also fits what continues after a ref. */
function templatesOf({ paths }: ApiDescription, open: readonly string[]): Templates {
  return Object.keys(paths)
    .map(template => ({
      template,
      names: [...template.matchAll(/\{(\w+)\}/g)].map(match => match[1]!),
      pattern: new RegExp(
        `^${template.replace(/\{(\w+)\}/g, (_, name) => (open.includes(name) ? '(.+)' : '([^/]+)'))}$`,
      ),
    }))
    .sort((a, b) => a.names.length - b.names.length || b.template.length - a.template.length)
}

function findOperation(
  { paths }: ApiDescription,
  templates: Templates,
  { method, path }: SentRequest,
  prefix: string,
) {
  for (const { template, names, pattern } of templates) {
    const match = pattern.exec(path.replace(prefix, ''))
    const operation = match && paths[template]![method.toLowerCase()]
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

/** Every property may be null: descriptions often do not say so where it is. */
function nullable(schema: object): object {
  const known = nullables.get(schema) ?? (addNull(schema) as object)
  nullables.set(schema, known)
  return known
}
const nullables = new Map<object, object>()

function addNull(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema
  if (Array.isArray(schema)) return schema.map(addNull)
  const changed = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, addNull(value)]))
  return typeof changed.type === 'string' && !('nullable' in changed)
    ? { ...changed, nullable: true }
    : changed
}

function parameterProblems(operation: Operation, place: string, values: URLSearchParams): string[] {
  const known = (operation.parameters ?? []).filter(parameter => parameter.in === place)
  // `refs[]=a&refs[]=b` is a list.
  const given = new Map<string, unknown>(
    [...values.keys()].map(key =>
      key.endsWith('[]') ? [key.slice(0, -2), values.getAll(key)] : [key, values.get(key)],
    ),
  )
  const unknown = [...given.keys()].filter(name => !known.some(parameter => parameter.name === name))
  const missing = known.filter(parameter => parameter.required && !given.has(parameter.name))
  const wrong = known.flatMap(parameter =>
    given.has(parameter.name)
      ? check(parameters, objectWith(parameter), { [parameter.name]: given.get(parameter.name) })
      : [],
  )
  return [
    ...unknown.map(name => `unknown ${place} parameter ${name}`),
    ...missing.map(({ name }) => `no ${place} parameter ${name}`),
    ...wrong,
  ]
}

/** One schema for each parameter, made once: what compiles it remembers it by identity. */
function objectWith(parameter: Parameter): object {
  const known = objects.get(parameter) ?? {
    type: 'object',
    properties: { [parameter.name]: parameter.schema },
  }
  objects.set(parameter, known)
  return known
}
const objects = new Map<Parameter, object>()

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
