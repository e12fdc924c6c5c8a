import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { parseOutputs } from '../../demo/run-action.ts'
import { cleanEnvironment } from '../cli/cli.ts'
import type { Scene } from '../commands/scene.ts'
import { REPOSITORY, TOKENS } from '../support/emulator.ts'

const root = new URL('../../', import.meta.url)
const BUNDLE = fileURLToPath(new URL('dist/action.js', root))
const action = parse(readFileSync(new URL('action.yml', root), 'utf8')) as {
  inputs: Record<string, { default?: string }>
}

export interface StepResult {
  exitCode: number | null
  stdout: string
  lines: string[]
  outputs: Record<string, string>
  summary: string
}

/** Runs the built bundle in a scene as a runner would: every input of action.yml with its default, the files, the event. */
export async function runStep(
  scene: Scene & { pullRequest: number; headSha: string },
  inputs: Record<string, string> = {},
  env: Record<string, string> = {},
): Promise<StepResult> {
  const temp = mkdtempSync(join(scene.folder, '..', 'runner-'))
  mkdirSync(temp, { recursive: true })
  const file = (name: string, text = '') => {
    writeFileSync(join(temp, name), text)
    return join(temp, name)
  }
  const given = Object.entries(action.inputs).map(([name, input]) => [
    `INPUT_${name.toUpperCase()}`,
    inputs[name] ?? String(input.default ?? '').replace(/^\$.*github\.token.*$/, TOKENS.workflow),
  ])
  const files = { GITHUB_OUTPUT: file('output'), GITHUB_STEP_SUMMARY: file('summary.md') }
  const stdout = await spawnBundle(scene.folder, {
    ...Object.fromEntries(given),
    ...files,
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: file('event.json', JSON.stringify(eventOf(scene))),
    GITHUB_API_URL: scene.context.ci.apiUrl!,
    GITHUB_REPOSITORY: REPOSITORY,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_RUN_ID: '100',
    GITHUB_WORKSPACE: scene.folder,
    ...env,
  })
  return {
    ...stdout,
    lines: stdout.stdout.split('\n'),
    outputs: parseOutputs(readFileSync(files.GITHUB_OUTPUT, 'utf8')),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
  }
}

// --- internal ---

function eventOf({ base, headSha, pullRequest }: Parameters<typeof runStep>[0]): object {
  const repo = { full_name: REPOSITORY }
  return {
    repository: { default_branch: 'main' },
    pull_request: {
      number: pullRequest,
      head: { sha: headSha, repo },
      base: { ref: 'main', sha: base, repo },
    },
  }
}

function spawnBundle(
  cwd: string,
  env: Record<string, string>,
): Promise<{ exitCode: number | null; stdout: string }> {
  const child = spawn(process.execPath, [BUNDLE], {
    cwd,
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => {
      stdout += text
    })
  return new Promise(resolve => child.once('close', exitCode => resolve({ exitCode, stdout })))
}
