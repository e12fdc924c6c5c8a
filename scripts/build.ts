import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildOptions, build } from 'rolldown'

/**
 * Bundles the faces into `dist/`, which is committed: a workflow runs the action straight from the repository, an agent
 * the CLI. `--check` fails when the committed bundles are not what the source gives.
 */
const check = process.argv.includes('--check')

const COMMON: BuildOptions = {
  platform: 'node',
  logLevel: 'warn',
  write: false,
  transform: { target: 'node22', define: { 'import.meta.url': 'undefined' } },
}

const files = new Map<string, string>([['package.json', '{ "type": "commonjs" }\n']])
// The action is one file: a runner loads it once, whole.
await bundle({
  ...COMMON,
  input: { action: 'action/main.ts' },
  output: { format: 'cjs', minify: true, codeSplitting: false },
})
// The CLI is cut where it loads something only when used, so that it starts at once.
await bundle({
  ...COMMON,
  input: { cli: 'cli/main.ts' },
  output: { format: 'cjs', minify: true, chunkFileNames: 'cli/[name].js' },
})
const stale = check ? await differences() : await writeAll()
if (stale.length > 0) {
  console.error(`Not what the source gives: ${stale.join(', ')}. Run: npm run build`)
  process.exit(1)
}

async function bundle(options: BuildOptions): Promise<void> {
  const { output } = await build(options)
  for (const file of output) files.set(file.fileName, file.type === 'chunk' ? file.code : String(file.source))
}

async function committed(): Promise<string[]> {
  const entries = await readdir('dist', { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice('dist/'.length))
}

async function differences(): Promise<string[]> {
  const left = (await committed()).filter(name => !files.has(name))
  const changed: string[] = []
  for (const [name, text] of files)
    if ((await readFile(join('dist', name), 'utf8').catch(() => undefined)) !== text) changed.push(name)
  return [...changed, ...left]
}

async function writeAll(): Promise<string[]> {
  await mkdir('dist/cli', { recursive: true })
  for (const name of await committed()) if (!files.has(name)) await rm(join('dist', name))
  for (const [name, text] of files) await writeFile(join('dist', name), text)
  return []
}
