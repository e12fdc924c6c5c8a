import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as core from '@actions/core'
import { deployConnector, type GivenTokens } from '../cli/connect-deploy.ts'
import { keepHeapSmall } from '../cli/heap.ts'
import { makeLog } from '../cli/log.ts'
import { detectCi } from '../src/ci/index.ts'
import type { CommandResult, Context } from '../src/commands/command/context.ts'
import { FACES, inWordsOf } from '../src/commands/command/faces.ts'
import { isAssayError } from '../src/core/errors/errors.ts'
import { redactor, secretForms, secretsFromEnv, withoutWords } from '../src/core/secrets/secrets.ts'
import { renderError } from '../src/core/text/error-text.ts'
import { safeLogLine } from '../src/core/text/visible-text.ts'
import { githubForge } from '../src/forges/github/forge.ts'
import { proxyFor } from '../src/forges/http/proxy.ts'
import { safeRequests } from '../src/forges/http/safe-requests.ts'
import { rowsJob } from '../src/services/files/rows-job.ts'
import { answerRows } from '../src/services/files/rows-thread.ts'
import { VERSION } from '../src/version.ts'
import { annotate } from './annotate.ts'
import { readInputs } from './inputs.ts'

/** The GitHub Action: inputs → command → outputs. Never throws; what went wrong stands in the log, by name. */
async function main(): Promise<void> {
  keepHeapSmall(true)
  const token = core.getInput('token')
  const deployToken = core.getInput('deploy-token')
  const secrets = [...secretsFromEnv(process.env), ...[token, deployToken].filter(text => text !== '')]
  // The runner masks a token as it is; its base64 and URL forms only if it is told.
  for (const form of secretForms(secrets)) core.setSecret(form)
  const redact = redactor(secrets)
  try {
    const { command, run } = readInputs()
    const given: GivenTokens = {
      ...(token && { token }),
      ...(deployToken && { deployToken }),
      app: { clientId: core.getInput('deploy-client-id'), privateKey: core.getInput('deploy-private-key') },
      command,
      onToken: made => core.setSecret(made),
    }
    const result = await run(await makeContext(token, given, redact))
    finish(result, redactor(withoutWords(secrets)))
  } catch (error) {
    fail(error, redact)
  }
}

async function makeContext(
  token: string,
  given: GivenTokens,
  redact: (text: string) => string,
): Promise<Context> {
  const ci = detectCi(process.env, path => JSON.parse(readFileSync(path, 'utf8')) as unknown)
  const abort = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => abort.abort(signal))
  // An action is on GitHub whatever the table of forges holds, and its runner's own library knows the runner's proxies.
  const connected =
    token && ci.repository !== undefined
      ? { forge: githubForge(await octokitOf(token, ci.apiUrl), ci.repository) }
      : { forgeMissing: 'there is no token: the input `token` is empty' }
  return {
    folder: process.env.GITHUB_WORKSPACE ?? process.cwd(),
    env: process.env,
    ci,
    ...connected,
    openDeploy: deployConnector(process.env, ci, given),
    now: () => Date.now(),
    log: makeLog(
      {
        write: text => void process.stdout.write(text),
        live: false,
        startGroup: title => `::group::${title}\n`,
        endGroup: () => '::endgroup::\n',
        stopWord: () => randomBytes(16).toString('hex'),
      },
      redact,
    ),
    signal: abort.signal,
    threads: { file: import.meta.filename, signal: abort.signal },
    face: FACES.action,
    version: VERSION,
  }
}

/** Loaded once the event is known to be readable: the library parses it where it is loaded, and a file that is none ends it. */
async function octokitOf(token: string, baseUrl: string | undefined) {
  // That library would go without a proxy that is none, or take it for a bug.
  proxyFor(new URL(baseUrl ?? 'https://api.github.com'), process.env)
  const { getOctokit } = await import('@actions/github')
  return getOctokit(token, { baseUrl }, safeRequests)
}

function finish(result: CommandResult, redact: (text: string) => string): void {
  for (const line of redact(result.text).split('\n')) process.stdout.write(`${safeLogLine(line)}\n`)
  // Names reach the outputs file unescaped: only the plain ones may.
  for (const [name, value] of Object.entries(result.outputs ?? {}))
    if (/^[\w./@-]+$/.test(name)) core.setOutput(name, redact(value))
  annotate(result, redact)
  if (result.exitCode === 1) core.setFailed('A gate failed: the report says which and why.')
  if (result.exitCode === 2) core.setFailed('Something must be fixed first: see above.')
}

function fail(thrown: unknown, redact: (text: string) => string): void {
  const error = isAssayError(thrown) ? inWordsOf(FACES.action, thrown) : thrown
  if (isAssayError(error)) {
    for (const line of redact(renderError(error)).split('\n')) process.stdout.write(`${safeLogLine(line)}\n`)
    core.setFailed(safeLogLine(redact(error.message)))
    return
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  for (const line of redact(text).split('\n')) process.stdout.write(`${safeLogLine(line)}\n`)
  core.setFailed(
    'This is a bug in Assay, not in your model. Please report it: https://github.com/assay-ml/assay/issues',
  )
}

// A thread of this program begins in this file too.
const job = rowsJob()
void (job ? answerRows(job) : main())
