import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'rolldown'

type Endpoints = Record<string, Record<string, unknown>>

/** Where the client of GitHub is called: `test/architecture.test.ts` lets no other folder import it. */
const CALLERS = ['src/forges', 'action']

/**
 * Cuts the table of GitHub's endpoints in a bundle to those whose name is a word of our source. `@octokit/rest` parses and takes
 * apart all 1,028 at each start, which cost more than the calls of a report. A word that means something else keeps an endpoint
 * that nobody calls; one that is called is a word, or it would not compile.
 *
 * @param root of the repository
 */
export function namedEndpoints(root: string): Plugin {
  return {
    name: 'named-endpoints',
    load: {
      filter: { id: /plugin-rest-endpoint-methods.*generated.endpoints\.js$/ },
      async handler(id) {
        const { default: all } = (await import(id)) as { default: Endpoints }
        return `export default ${JSON.stringify(named(all, wordsIn(root)))}`
      },
    },
  }
}

// --- internal ---

function named(all: Endpoints, words: ReadonlySet<string>): Endpoints {
  const scopes = Object.entries(all).map(
    ([scope, methods]) =>
      [scope, Object.fromEntries(Object.entries(methods).filter(([name]) => words.has(name)))] as const,
  )
  return Object.fromEntries(scopes.filter(([, methods]) => Object.keys(methods).length > 0))
}

function wordsIn(root: string): ReadonlySet<string> {
  const texts = CALLERS.flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .map(name => readFileSync(join(root, folder, name), 'utf8')),
  )
  return new Set(texts.flatMap(text => text.match(/\w+/g) ?? []))
}
