import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'

/** What Argo CD's own description of its API has against an answer of the double; nothing when it is fine. */
export function argocdAnswerProblems(path: string, answer: unknown): string[] {
  const operation = operationOf(path)
  if (!operation) return [`${path}: Argo CD's API has no such operation`]
  // Compiled once: a schema of ours would be another one each time.
  const validate = ajv.getSchema(`argocd#/definitions/${operation.answer}`)!
  if (validate(answer)) return []
  return (validate.errors ?? []).map(
    error => `${path} ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
  )
}

/** Query parameters that the operation does not have. */
export function argocdRequestProblems(path: string, query: URLSearchParams): string[] {
  const operation = operationOf(path)
  if (!operation) return [`${path}: Argo CD's API has no such operation`]
  return [...query.keys()]
    .filter(name => !operation.query.includes(name))
    .map(name => `${path}: unknown parameter ${name}`)
}

// --- internal ---

interface Get {
  parameters: { name: string; in: string }[]
  responses: { 200: { schema: { $ref: string } } }
}

const excerpt = JSON.parse(
  readFileSync(new URL('../data/argocd-swagger-excerpt.json', import.meta.url), 'utf8'),
) as { paths: Record<string, { get: Get }>; definitions: Record<string, Definition> }

interface Definition {
  properties?: object
  allOf?: { $ref?: string; properties?: object }[]
  additionalProperties?: unknown
}

// What Go writes inline is an `allOf` here.
for (const definition of Object.values(excerpt.definitions)) {
  const parts = definition.allOf?.map(({ $ref, properties }) =>
    $ref ? excerpt.definitions[$ref.split('/').at(-1)!]!.properties : properties,
  )
  if (parts) definition.properties = Object.assign({}, ...parts, definition.properties)
  delete definition.allOf
}
// Keys that the API does not have are mistakes of the fixtures.
for (const definition of Object.values(excerpt.definitions))
  if (definition.properties) definition.additionalProperties ??= false

const ajv = new Ajv({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema(excerpt, 'argocd')

const operations = Object.entries(excerpt.paths).map(([template, { get }]) => ({
  pattern: new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`),
  query: get.parameters.filter(one => one.in === 'query').map(one => one.name),
  answer: get.responses[200].schema.$ref.split('/').at(-1)!,
}))

function operationOf(path: string) {
  return operations.find(({ pattern }) => pattern.test(path))
}
