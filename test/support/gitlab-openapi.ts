import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type ApiDescription, apiJudge } from './openapi.ts'

/** GitLab's description of its API, with the operations that the excerpt lacks, as judge of requests and answers. */
export const gitlabApi = apiJudge('GitLab', describedByGitlab())

// --- internal ---

function describedByGitlab(): ApiDescription {
  const [excerpt, more] = ['gitlab-openapi-excerpt.yaml', 'gitlab-openapi-more.yaml'].map(name =>
    parse(readFileSync(new URL(`../data/${name}`, import.meta.url), 'utf8')),
  ) as [Document, Document]
  const paths = { ...excerpt.paths }
  for (const [path, operations] of Object.entries(more.paths)) paths[path] = { ...paths[path], ...operations }
  const resolved = new Map<string, unknown>()

  /** With what `$ref` points to in its place. */
  function inline(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(inline)
    if ('$ref' in value) {
      const name = String(value.$ref).split('/').at(-1)!
      if (!resolved.has(name)) resolved.set(name, inline(excerpt.components.schemas[name]))
      return resolved.get(name)
    }
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inline(one)]))
  }
  return { paths: inline(paths) as ApiDescription['paths'] }
}

interface Document {
  paths: Record<string, Record<string, unknown>>
  components: { schemas: Record<string, unknown> }
}
