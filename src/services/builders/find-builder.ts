import { execFile } from 'node:child_process'
import { childEnvironment } from '../process/child-environment.ts'
import { BUILDERS, type BuilderName, type Told } from './builder-table.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface FoundBuilder extends Told {
  name: BuilderName
}

/** The first builder that is there and answers; else why each is not, in words. */
export async function findBuilder(
  env: Environment,
  signal: AbortSignal,
): Promise<{ found: FoundBuilder } | { missing: string[] }> {
  const missing: string[] = []
  for (const name of Object.keys(BUILDERS) as BuilderName[]) {
    const { title, questions, told } = BUILDERS[name]
    const answers: string[] = []
    let failed: string | undefined
    for (const question of questions) {
      const answer = await ask(question, env, signal)
      failed = 'failed' in answer ? answer.failed : undefined
      if (failed !== undefined) break
      answers.push('output' in answer ? answer.output : '')
    }
    const said = failed === undefined ? told(answers) : { unusable: failed }
    if (!('unusable' in said)) return { found: { name, ...said } }
    missing.push(`${title} ${said.unusable}`)
  }
  return { missing }
}

// --- internal ---

/** A builder in a container may have to be fetched first. */
const PATIENCE_MS = 120_000
const MOST_BYTES = 1024 * 1024

function ask(
  [program, ...parameters]: readonly string[],
  env: Environment,
  signal: AbortSignal,
): Promise<{ output: string } | { failed: string }> {
  const options = {
    env: childEnvironment('builder', env),
    timeout: PATIENCE_MS,
    maxBuffer: MOST_BYTES,
    killSignal: 'SIGKILL' as const,
    signal,
  }
  return new Promise(resolve => {
    execFile(program!, parameters, options, (error, output) =>
      resolve(error ? { failed: howFailed(error, parameters) } : { output }),
    )
  })
}

function howFailed({ code, killed }: Error & { code?: unknown; killed?: boolean }, parameters: string[]) {
  if (code === 'ENOENT' || code === 'EACCES') return 'is not installed'
  if (killed) return `does not answer \`${parameters.join(' ')}\``
  return `refuses \`${parameters.join(' ')}\`${typeof code === 'number' ? ` (exit code ${code})` : ''}`
}
