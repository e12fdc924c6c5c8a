import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'
import { cleanEnvironment } from '../cli/cli.ts'
import { builtCli } from '../support/built-cli.ts'
import { noEngine, startEngine } from './engine.ts'

/** A build of a Jenkinsfile as a test describes it. */
export interface BuildRequest {
  jenkinsfile: string
  /** Where the agent has checked out. */
  workspace: string
  env?: Record<string, string>
  /** Secrets by the id of their credential. */
  credentials?: Record<string, string>
  /** What `checkout(scm)` gives. */
  checkout?: Record<string, string>
  /** Of the job that was started with some. */
  parameters?: Record<string, string>
  /** Steps of plugins that this Jenkins lacks. */
  missing?: string[]
  windows?: boolean
}

export interface BuildResult {
  result: 'SUCCESS' | 'UNSTABLE' | 'FAILURE'
  description: string | null
  /** Why it failed. */
  error: string | null
  log: string
  // biome-ignore lint/suspicious/noExplicitAny: arguments of steps, read by tests that know them
  steps: { step: string; arguments: any; files?: string[] }[]
}

export interface Jenkins {
  /** The root of the library, with the CLI of the source at hand. */
  library: string
  build(request: BuildRequest): Promise<BuildResult>
}

/** One engine for the tests of a file. */
export function useJenkins(): Jenkins {
  const jenkins = {} as Jenkins
  const folder = mkdtempSync(join(tmpdir(), 'assay-jenkins-'))
  let stop = () => {}
  beforeAll(() => {
    if (noEngine) return
    const library = join(folder, 'library')
    cpSync(join(ROOT, 'jenkins-shared-lib'), library, { recursive: true })
    cpSync(dirname(builtCli()), join(library, 'resources/assay'), { recursive: true })
    const engine = startEngine()
    stop = engine.stop
    Object.assign(jenkins, {
      library,
      build: (request: BuildRequest) =>
        engine.ask({
          ...request,
          root: library,
          env: { ...cleanEnvironment(JENKINS), ...request.env },
        }) as Promise<BuildResult>,
    })
  })
  afterAll(() => {
    stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return jenkins
}

// --- internal ---

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** The agent's node is the one that runs the tests. */
const JENKINS = {
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  JENKINS_URL: 'https://jenkins.example/',
  BUILD_URL: 'https://jenkins.example/job/model/job/PR-1/5/',
  BUILD_NUMBER: '5',
}
