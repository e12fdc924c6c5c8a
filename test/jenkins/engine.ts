import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { cleanEnvironment } from '../cli/cli.ts'

const ENGINE = fileURLToPath(new URL('engine', import.meta.url))
const TARGET = fileURLToPath(new URL('target', import.meta.url))
const PATIENCE_MS = 120_000
/** Another list of archives is another folder. */
const ARCHIVES = join(
  TARGET,
  createHash('sha256')
    .update(readFileSync(join(ENGINE, 'pom.xml')))
    .digest('hex')
    .slice(0, 12),
)

/**
 * Why the engine cannot run here, undefined where it can. It is Groovy 2.4 with the continuations and the sandbox of Jenkins;
 * Maven fetches the four archives once.
 */
export const noEngine: string | undefined = prepareEngine()
if (noEngine) console.warn(`Jenkins tests are skipped: ${noEngine}`)

export interface Engine {
  /** Sends a request, as JSON in a line, and waits for its answer. */
  ask(request: object): Promise<unknown>
  stop(): void
}

/** Starts the process that runs builds, one after the other. */
export function startEngine(): Engine {
  const flags = ['-XX:TieredStopAtLevel=1', '-Dfile.encoding=UTF-8', '-cp', `${ARCHIVES}/*:${ENGINE}`]
  const child = spawn('java', [...flags, 'groovy.ui.GroovyMain', join(ENGINE, 'main.groovy')], {
    env: cleanEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    said += text
  })
  const waiting: ((line: string) => void)[] = []
  createInterface({ input: child.stdout }).on('line', line => waiting.shift()?.(line))
  child.once('close', () => {
    for (const answer of waiting.splice(0)) answer(JSON.stringify({ broken: said }))
  })
  return {
    async ask(request) {
      const answer = new Promise<string>(resolve => waiting.push(resolve))
      child.stdin.write(`${JSON.stringify(request)}\n`)
      const result = JSON.parse(await answer) as { broken?: string }
      if (result.broken !== undefined) throw new Error(`the engine broke: ${result.broken}`)
      return result
    },
    stop: () => void child.kill(),
  }
}

// --- internal ---

function prepareEngine(): string | undefined {
  const reason = whyNot()
  if (reason !== undefined && process.env.CI) throw new Error(`Jenkins tests cannot run: ${reason}`)
  return reason
}

function whyNot(): string | undefined {
  const missing = (existsSync(ARCHIVES) ? ['java'] : ['java', 'mvn']).filter(tool => !runs(tool))
  if (missing.length > 0) return `there is no ${missing.join(' and no ')} on the PATH`
  mkdirSync(TARGET, { recursive: true })
  const lock = `${ARCHIVES}.lock`
  const deadline = Date.now() + PATIENCE_MS
  // Maven does not like two of it in one cache, and test files run side by side.
  while (!existsSync(ARCHIVES) && !taken(lock)) {
    if (Date.now() > deadline) return `${lock} is there, and nobody fetches the engine`
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  }
  if (existsSync(ARCHIVES)) return undefined
  try {
    return fetchArchives()
  } finally {
    rmdirSync(lock)
  }
}

function taken(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    return false
  }
}

function fetchArchives(): string | undefined {
  const fresh = mkdtempSync(join(TARGET, 'fresh-'))
  const fetching = spawnSync(
    'mvn',
    ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${fresh}`],
    { cwd: ENGINE, encoding: 'utf8', timeout: PATIENCE_MS },
  )
  if (fetching.status !== 0) {
    rmSync(fresh, { recursive: true })
    return `Maven could not fetch the engine: ${(fetching.stdout ?? '').slice(0, 500)}`
  }
  renameSync(fresh, ARCHIVES)
  return undefined
}

function runs(tool: string): boolean {
  return spawnSync(tool, ['-version'], { stdio: 'ignore' }).status === 0
}
