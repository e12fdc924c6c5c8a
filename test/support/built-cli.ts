import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The CLI in one file, built from what the source is now: it starts in a fifth of the time. The first test of a run that
 * asks has it built, into the folder of the run.
 */
export function builtCli(): string {
  known ??= build()
  return known
}

// --- internal ---

let known: string | undefined

function build(): string {
  const run = process.env.ASSAY_TESTS_TMP ?? tmpdir()
  const built = join(run, `cli-${newest()}`)
  const file = join(built, 'cli.cjs')
  if (existsSync(file)) return file
  const own = mkdtempSync(join(run, 'build-'))
  execFileSync(process.execPath, ['scripts/build.ts', '--library', own], { cwd: ROOT, stdio: 'pipe' })
  try {
    renameSync(own, built)
  } catch (error) {
    // Another worker was faster.
    if (!existsSync(file)) throw error
    rmSync(own, { recursive: true })
  }
  return file
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** When the source changed last: tests that are watched start anew what changed meanwhile. */
function newest(): number {
  const files = ['src', 'cli'].flatMap(folder =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(name =>
      join(ROOT, folder, name),
    ),
  )
  return Math.max(...files.map(file => statSync(file).mtimeMs))
}
