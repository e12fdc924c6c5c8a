import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { accessFor } from '../../emulator/github/apps/access.ts'

type Operations = Record<string, { 'x-enabledForGitHubApps'?: boolean }>
const { paths } = JSON.parse(
  readFileSync(new URL('../data/github-openapi-excerpt.json', import.meta.url), 'utf8'),
) as { paths: Record<string, Operations> }

const operations = Object.entries(paths)
  // What an App does with its key and not with a token.
  .filter(([path]) => !path.startsWith('/app'))
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      // A ref, a path, a range of commits may hold slashes.
      example: path.replace(/\{(\w+)\}/g, (_, name) => (/^(ref|path|branch)$/.test(name) ? 'a/b' : 'x')),
      isForApps: operation['x-enabledForGitHubApps'] === true,
    })),
  )

describe('the table of permissions', () => {
  it('knows every operation of the product that GitHub opens to Apps', () => {
    const unknown = operations.filter(
      ({ method, example, isForApps }) => isForApps && accessFor(method, example) === undefined,
    )
    expect(unknown.map(({ method, path }) => `${method} ${path}`)).toEqual([])
  })

  it('asks for no write where one reads, and for one where one writes', () => {
    const wrong = operations.filter(({ method, example }) => {
      const access = accessFor(method, example)
      return typeof access === 'object' && (access.level === 'read') !== (method === 'GET')
    })
    expect(wrong.map(({ method, path }) => `${method} ${path}`)).toEqual([])
  })

  it('tells apart what lies below a ref with slashes', () => {
    const commit = '/repos/acme/model/commits/heads/assay/retrain'
    const named = [`${commit}/check-runs`, `${commit}/statuses`, commit].map(path => accessFor('GET', path))
    expect(named).toMatchObject([
      { permissions: ['checks'] },
      { permissions: ['statuses'] },
      { permissions: ['contents'] },
    ])
  })
})
