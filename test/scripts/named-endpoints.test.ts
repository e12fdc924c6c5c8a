import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Octokit } from '@octokit/rest'
import { build } from 'rolldown'
import { afterAll, expect, it } from 'vitest'
import { namedEndpoints } from '../../scripts/named-endpoints.ts'
import { testFolder } from '../support/git-repository.ts'

const { folder, remove } = testFolder()
afterAll(remove)

type Client = {
  rest: Record<string, Record<string, { endpoint: { DEFAULTS: { method: string; url: string } } }>>
}

function routeOf({ rest }: Client, scope: string, name: string): string {
  const { method, url } = rest[scope]![name]!.endpoint.DEFAULTS
  return `${method} ${url}`
}

it('keeps of the endpoints of GitHub in a bundle those that our source names, as they are, and no others', async () => {
  const root = join(import.meta.dirname, '../..')
  const { output } = await build({
    input: join(root, 'node_modules/@octokit/rest/dist-src/index.js'),
    platform: 'node',
    write: false,
    plugins: [namedEndpoints(root)],
  })
  const file = join(folder, 'octokit.mjs')
  writeFileSync(file, output[0].code)
  const cut = (await import(pathToFileURL(file).href)) as { Octokit: typeof Octokit }
  const [whole, ours] = [new Octokit(), new cut.Octokit()] as unknown as [Client, Client]
  const called = ['src/forges', 'action'].flatMap(face =>
    readdirSync(join(root, face), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .flatMap(name => [
        ...readFileSync(join(root, face, name), 'utf8').matchAll(/\brest\.([a-zA-Z]+)\.([a-zA-Z]+)/g),
      ]),
  )

  expect(called.length).toBeGreaterThan(40)
  for (const [, scope, name] of called)
    expect(routeOf(ours, scope!, name!)).toEqual(routeOf(whole, scope!, name!))
  expect(whole.rest.gists!.star).toBeDefined()
  expect(ours.rest.gists?.star).toBeUndefined()
})
