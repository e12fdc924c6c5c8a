import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { generated } from './generate/generated.ts'

/**
 * `npm run generate` writes what is derived from one declaration (`generated.ts`): all of it, or nothing where a file cannot be
 * written. `--check` fails when a committed file is stale.
 */
const { texts, problems } = generated(file => (existsSync(file) ? readFileSync(file, 'utf8') : undefined))
if (problems.length > 0) {
  console.error(problems.join('\n'))
  process.exit(1)
}
const stale = [...texts].filter(([, { committed, text }]) => text !== committed)
if (!process.argv.includes('--check')) for (const [file, { text }] of stale) writeFileSync(file, text)
else if (stale.length > 0) {
  console.error(`Stale: ${stale.map(([file]) => file).join(', ')}. Run: npm run generate`)
  process.exit(1)
}
