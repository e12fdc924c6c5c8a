import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { type BuildOptions, build } from 'rolldown'
import { VERSION } from '../src/version.ts'

/**
 * Bundles the faces into `dist/` and the CLI once more into the Jenkins library, all of them committed: a workflow runs the
 * action straight from the repository, an agent the CLI. `--check` fails when the committed bundles are not what the source
 * gives; `--library <folder>` writes that of the library alone, there.
 */

const COMMON: BuildOptions = {
  platform: 'node',
  logLevel: 'warn',
  write: false,
  transform: { target: 'node22', define: { 'import.meta.url': 'undefined' } },
}

const ONE_FILE = { format: 'cjs', minify: true, codeSplitting: false } as const
const { check, library: alone } = parseArgs({
  options: { check: { type: 'boolean' }, library: { type: 'string' } },
}).values
const library = alone ?? 'jenkins-shared-lib/resources/assay'
const files = new Map<string, string>()
if (alone === undefined) {
  files.set('dist/package.json', '{ "type": "commonjs" }\n')
  // The action is one file: a runner loads it once, whole.
  await bundle('dist', { ...COMMON, input: { action: 'action/main.ts' }, output: ONE_FILE })
  // The CLI is cut where it loads something only when used, so that it starts at once.
  await bundle('dist', {
    ...COMMON,
    input: { cli: 'cli/main.ts' },
    output: { format: 'cjs', minify: true, chunkFileNames: 'cli/[name].js' },
  })
}
// A shared library hands out texts one by one: there the CLI is one file, with the line that it is checked by. `.cjs`, since it
// is run in places whose package.json is anybody's.
await bundle(library, {
  ...COMMON,
  input: { cli: 'cli/main.ts' },
  output: { ...ONE_FILE, entryFileNames: '[name].cjs' },
})
const sha256 = createHash('sha256')
  .update(files.get(`${library}/cli.cjs`)!)
  .digest('hex')
files.set(`${library}/cli.lock`, `${VERSION} ${sha256}\n`)

const stale = check ? await differences() : await writeAll()
if (stale.length > 0) {
  console.error(`Not what the source gives: ${stale.join(', ')}. Run: npm run build`)
  process.exit(1)
}

async function bundle(folder: string, options: BuildOptions): Promise<void> {
  const { output } = await build(options)
  for (const file of output)
    files.set(`${folder}/${file.fileName}`, file.type === 'chunk' ? file.code : String(file.source))
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
