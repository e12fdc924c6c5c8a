import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { DemoError } from './demo-error.ts'
import { endsWithUs } from './ends-with-us.ts'

const ACTION = fileURLToPath(new URL('../action.yml', import.meta.url))
const BUNDLE = fileURLToPath(new URL('../dist/action.js', import.meta.url))

/** One run of a workflow, as GitHub would start it. */
export interface WorkflowRun {
  /** Counts up over all runs. */
  number: number
  repository: string
  githubUrl: string
  token: string
  /** Login of the person who set it off. */
  actor: string
  trigger: Trigger
  /** The inputs that the workflow gives (`with:`). */
  inputs?: Record<string, string>
  /** Where the repository is checked out. */
  workspace: string
  /** Becomes RUNNER_TEMP, and keeps the files that the action writes to. */
  temp: string
}

/** Why a workflow runs, and on what. */
export interface Trigger {
  event: 'pull_request' | 'push' | 'workflow_dispatch'
  /** `refs/heads/main`, `refs/pull/1/merge`. */
  ref: string
  sha: string
  /** Branches of a pull request. */
  head?: string
  base?: string
  /** What GitHub writes to GITHUB_EVENT_PATH. */
  payload: object
}

export interface ActionResult {
  exitCode: number
  log: string
  outputs: Record<string, string>
  summary: string
}

/** Runs the built bundle with the environment of a GitHub runner, and nothing of this machine's own CI. */
export async function runAction(run: WorkflowRun): Promise<ActionResult> {
  if (!existsSync(BUNDLE))
    throw new DemoError('The action is not built: dist/action.js is missing.', 'Run: npm run build')
  const files = await createRunnerFiles(run)
  const env = { ...ownEnvironment(), ...files, ...environmentOf(run), ...(await inputsOf(run)) }
  const { exitCode, log } = await start(env, run.workspace)
  return {
    exitCode,
    log,
    outputs: parseOutputs(await readFile(files.GITHUB_OUTPUT, 'utf8')),
    summary: await readFile(files.GITHUB_STEP_SUMMARY, 'utf8'),
  }
}

/** The `name<<delimiter` blocks and `name=value` lines of GITHUB_OUTPUT. */
export function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  const lines = text.split(/\r?\n/)
  for (let i = 0; i < lines.length; i++) {
    const [, name, delimiter] = /^([^=<]+)<<(.+)$/.exec(lines[i]!) ?? []
    if (name && delimiter) {
      const found = lines.indexOf(delimiter, i + 1)
      const end = found < 0 ? lines.length : found
      outputs[name] = lines.slice(i + 1, end).join('\n')
      i = end
    } else if (lines[i]!.includes('=')) {
      const [key, ...value] = lines[i]!.split('=') as [string, ...string[]]
      outputs[key] = value.join('=')
    }
  }
  return outputs
}

/** What the command itself said, without progress and workflow commands: all of a log from the first line that matches. */
export function resultText(log: string, from = /^/): string {
  const lines = log.split(/\r?\n/).filter(line => !line.startsWith('::'))
  return lines
    .slice(
      Math.max(
        0,
        lines.findIndex(line => from.test(line)),
      ),
    )
    .join('\n')
    .trim()
}

// --- internal ---

async function createRunnerFiles(run: WorkflowRun) {
  await mkdir(run.temp, { recursive: true })
  const path = (name: string) => join(run.temp, name)
  const files = {
    GITHUB_EVENT_PATH: path('event.json'),
    GITHUB_OUTPUT: path('output'),
    GITHUB_STEP_SUMMARY: path('summary.md'),
    GITHUB_ENV: path('env'),
    GITHUB_PATH: path('path'),
    GITHUB_STATE: path('state'),
  }
  for (const file of Object.values(files)) await writeFile(file, '')
  await writeFile(files.GITHUB_EVENT_PATH, JSON.stringify(run.trigger.payload, null, 2))
  return files
}

/** The demo may itself run in a CI: its variables must not reach what it starts. Commands of the model use the same Node. */
export function ownEnvironment(): Record<string, string> {
  const foreign = /^(GITHUB_|GITLAB_|CI_|ACTIONS_|RUNNER_|INPUT_|JENKINS_|BUILD_|ASSAY_|GIT_)/
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name))
  return {
    ...Object.fromEntries(own),
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    NO_PROXY: 'localhost,127.0.0.1',
    no_proxy: 'localhost,127.0.0.1',
  } as Record<string, string>
}

function environmentOf({ number, trigger, ...run }: WorkflowRun): Record<string, string> {
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: run.actor,
    GITHUB_API_URL: run.githubUrl,
    GITHUB_BASE_REF: trigger.base ?? '',
    GITHUB_EVENT_NAME: trigger.event,
    GITHUB_HEAD_REF: trigger.head ?? '',
    GITHUB_JOB: 'assay',
    GITHUB_REF: trigger.ref,
    GITHUB_REF_NAME: trigger.ref.replace(/^refs\/(heads|pull)\//, ''),
    GITHUB_REPOSITORY: run.repository,
    GITHUB_REPOSITORY_OWNER: run.repository.split('/')[0]!,
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: String(1000 + number),
    GITHUB_RUN_NUMBER: String(number),
    GITHUB_SERVER_URL: run.githubUrl,
    GITHUB_SHA: trigger.sha,
    GITHUB_WORKFLOW: 'assay',
    GITHUB_WORKSPACE: run.workspace,
    RUNNER_ARCH: 'X64',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: run.temp,
  }
}

/** A runner hands over every input of action.yml: as the workflow gives it, else with its default. */
async function inputsOf({ inputs: given = {}, token }: WorkflowRun): Promise<Record<string, string>> {
  const { inputs } = parse(await readFile(ACTION, 'utf8')) as {
    inputs: Record<string, { default?: unknown }>
  }
  return Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      given[name] ?? String(input.default ?? '').replace(/\$\{\{\s*github\.token\s*\}\}/, token),
    ]),
  )
}

async function start(
  env: Record<string, string>,
  folder: string,
): Promise<{ exitCode: number; log: string }> {
  const child = endsWithUs(
    spawn(process.execPath, [BUNDLE], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] }),
  )
  const chunks: Buffer[] = []
  child.stdout.on('data', chunk => chunks.push(chunk))
  child.stderr.on('data', chunk => chunks.push(chunk))
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve(code ?? 128))
  })
  return { exitCode, log: Buffer.concat(chunks).toString('utf8') }
}
