import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'

/**
 * Bundles the faces into `dist/`, which is committed: a workflow runs the action straight from the repository.
 * `--check` fails when the committed bundles are not what the source gives.
 */
const check = process.argv.includes('--check')

const ENTRIES = {
  'dist/action.js': 'action/main.ts',
  'dist/cli.js': 'cli/main.ts',
}

const stale: string[] = []
await mkdir('dist', { recursive: true })
for (const [outfile, entry] of Object.entries(ENTRIES)) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node22',
    // CommonJS starts faster than ESM and needs no package.json beside it that says so: agents can copy the one file.
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'error',
    define: { 'import.meta.url': 'undefined' },
    logOverride: { 'empty-import-meta': 'silent' },
  })
  await emit(outfile, outputFiles[0]!.contents)
}
await emit('dist/package.json', new TextEncoder().encode('{ "type": "commonjs" }\n'))
if (stale.length > 0) {
  console.error(`Not what the source gives: ${stale.join(', ')}. Run: npm run build`)
  process.exit(1)
}

async function emit(file: string, contents: Uint8Array): Promise<void> {
  if (!check) return writeFile(file, contents)
  const committed = await readFile(file).catch(() => undefined)
  if (!committed || Buffer.compare(committed, contents) !== 0) stale.push(file)
}
