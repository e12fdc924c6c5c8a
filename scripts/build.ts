import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundles } from './bundles.ts'

/**
 * Bundles the faces into `dist/` and the CLI once more into the Jenkins library, all of them committed: a workflow runs the
 * action straight from the repository, an agent the CLI. `--check` fails when the committed bundles are not what the source
 * gives; `--library <folder>` writes that of the library alone, there. Nothing is written, and the check fails, where a
 * package must not be shipped (scripts/licenses.ts).
 */

const { check, library: alone } = parseArgs({
  options: { check: { type: 'boolean' }, library: { type: 'string' } },
}).values
const { files, problems } = await bundles(alone ?? 'jenkins-shared-lib/resources/assay', alone !== undefined)
if (problems.length > 0) {
  console.error(problems.join('\n'))
  process.exit(1)
}

const stale = check ? await differences() : await writeAll()
if (stale.length > 0) {
  console.error(`Not what the source gives: ${stale.join(', ')}. Run: npm run build`)
  process.exit(1)
}

async function committed(): Promise<string[]> {
  if (alone !== undefined) return []
  const entries = await readdir('dist', { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
}

async function differences(): Promise<string[]> {
  const left = (await committed()).filter(name => !files.has(name))
  const changed: string[] = []
  for (const [name, text] of files)
    if ((await readFile(name, 'utf8').catch(() => undefined)) !== text) changed.push(name)
  return [...changed, ...left]
}

async function writeAll(): Promise<string[]> {
  for (const name of await committed()) if (!files.has(name)) await rm(name)
  for (const [name, text] of files) {
    await mkdir(dirname(name), { recursive: true })
    await writeFile(name, text)
  }
  return []
}
