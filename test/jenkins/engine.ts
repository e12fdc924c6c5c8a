import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { cleanEnvironment } from '../cli/cli.ts'

const ENGINE = fileURLToPath(new URL('engine', import.meta.url))
const ARCHIVES = fileURLToPath(new URL('target/lib', import.meta.url))

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
  const missing = (existsSync(ARCHIVES) ? ['java'] : ['java', 'mvn']).filter(tool => !runs(tool))
  if (missing.length > 0) {
    const reason = `there is no ${missing.join(' and no ')} on the PATH`
    if (process.env.CI) throw new Error(`Jenkins tests cannot run: ${reason}`)
    return reason
  }
  if (existsSync(ARCHIVES)) return undefined
  mkdirSync(dirname(ARCHIVES), { recursive: true })
  const fresh = mkdtempSync(`${ARCHIVES}-`)
  execFileSync('mvn', ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${fresh}`], {
    cwd: ENGINE,
    stdio: 'pipe',
  })
  // Another test file may have been faster.
  if (existsSync(ARCHIVES)) rmSync(fresh, { recursive: true })
  else renameSync(fresh, ARCHIVES)
  return undefined
}

function runs(tool: string): boolean {
  try {
    execFileSync(tool, ['-version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
