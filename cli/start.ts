import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { detectCi } from '../src/ci/index.ts'
import type { CommandResult, Context } from '../src/commands/command/context.ts'
import { type Face, faceOf, inWordsOf } from '../src/commands/command/faces.ts'
import { isAssayError } from '../src/core/errors/errors.ts'
import { redactor, secretsFromEnv, withoutWords } from '../src/core/secrets/secrets.ts'
import { parseBoolean } from '../src/core/text/boolean.ts'
import { renderError } from '../src/core/text/error-text.ts'
import { safeLogLine, visible } from '../src/core/text/visible-text.ts'
import { VERSION } from '../src/version.ts'
import { type Invocation, isOn, parseInvocation } from './arguments.ts'
import { connect } from './connect.ts'
import { deployConnector } from './connect-deploy.ts'
import { writeEnding } from './ending.ts'
import { keepHeapSmall } from './heap.ts'
import { renderCommandHelp, renderHelp } from './help.ts'
import { makeLog } from './log.ts'
import { readClone } from './read-clone.ts'

/**
 * The CLI: arguments and environment → command → standard output and exit code.
 *
 * @param file that threads of it begin in
 */
export async function start(argv: string[], file: string): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe)
  const secrets = secretsFromEnv(process.env)
  const redact = redactor(secrets)
  // What a result holds of others was masked when it was made; what is left is names, which scripts read.
  const redactResult = redactor(withoutWords(secrets))
  const shown = (text: string) => (isOnGithub(process.env) ? inLog(text) : text)
  const say = (text: string) => process.stderr.write(`${shown(inert(redact(text)))}\n`)
  const dataIn = (value: unknown) => asLogged(`${JSON.stringify(value, null, 2)}\n`)
  const face = faceOf(process.env)
  const debug = isOn('debug', argv)
  const json = isOn('json', argv)
  try {
    const invocation = parseInvocation(argv, Date.now(), face)
    if (invocation.version) return void process.stdout.write(`${VERSION}\n`)
    if (invocation.help)
      return void process.stdout.write(
        `${invocation.named ? renderCommandHelp(invocation.command) : renderHelp()}\n`,
      )
    const result = await runCommand(invocation, { face, file, redact })
    process.stdout.write(redactResult(invocation.json ? dataIn(result.json) : `${shown(result.text)}\n`))
    process.exitCode = result.exitCode
    writeEnding(process.env, redactResult, {
      verdict: result.outputs?.verdict,
      headline: result.headline ?? result.text,
      reason: result.reason,
    })
  } catch (thrown) {
    const error = isAssayError(thrown) ? inWordsOf(face, thrown) : thrown
    process.exitCode = isAssayError(error) ? 2 : 70
    if (json) process.stdout.write(redact(dataIn({ error: errorAsData(error) })))
    say(isAssayError(error) ? renderError(error) : bugReport(error))
    writeEnding(process.env, redact, { headline: inOneLine(error) })
    if (debug && thrown instanceof Error && thrown.stack) say(thrown.stack)
  }
}

// --- internal ---

function isOnGithub(env: NodeJS.ProcessEnv): boolean {
  return parseBoolean(env.GITHUB_ACTIONS ?? '') === true
}

/** JSON that is the same data, and no order to a runner in whose log it lands: those begin with `##[`, anywhere in a line. */
function asLogged(json: string): string {
  return json.replace(/##(\w*)\[/g, '##$1\\u005b')
}

/** Words of others in an error are data, for a terminal too. */
function inert(text: string): string {
  return text.split('\n').map(visible).join('\n')
}

/** Its runner takes lines of standard output and error for orders: names in a report could be some. */
function inLog(text: string): string {
  return text.split('\n').map(safeLogLine).join('\n')
}

/** `assay … | head` reads what it wants and goes; the run, its report and its exit code are not its concern. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

async function runCommand(
  invocation: Invocation,
  { face, file, redact }: { face: Face; file: string; redact: (text: string) => string },
): Promise<CommandResult> {
  const env = process.env
  const stderr = process.stderr
  const colour = stderr.isTTY === true && process.stdout.isTTY === true && env.NO_COLOR === undefined
  const ci = detectCi(
    await readClone(env, process.cwd()),
    path => JSON.parse(readFileSync(path, 'utf8')) as unknown,
  )
  const connection = await connect(env, ci)
  keepHeapSmall(connection.forge !== undefined)
  const abort = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => abort.abort(signal))
  const context: Context = {
    folder: process.cwd(),
    env,
    ci,
    ...connection,
    openDeploy: deployConnector(env, ci, { command: invocation.command }),
    now: () => Date.now(),
    log: makeLog(
      {
        write: text => void stderr.write(text),
        live: stderr.isTTY === true,
        ...(isOnGithub(env) && { stopWord: () => randomBytes(16).toString('hex') }),
      },
      redact,
    ),
    signal: abort.signal,
    threads: { file, signal: abort.signal },
    face,
    version: VERSION,
    terminal: { colour, width: Math.min(process.stdout.columns ?? 100, 120) },
  }
  return invocation.run(context)
}

function errorAsData(error: unknown): object {
  if (isAssayError(error)) return { code: error.code, title: error.message, problems: error.problems }
  return { code: 'BUG', title: messageOf(error), problems: [] }
}

function inOneLine(error: unknown): string {
  if (!isAssayError(error)) return `A bug in Assay: ${messageOf(error)}`
  return visible([error.message, error.problems[0]?.what].filter(Boolean).join(': '))
}

function bugReport(error: unknown): string {
  return `This is a bug in Assay ${VERSION}, not in your model: ${messageOf(error)}
Please report it with the command line and what it prints with --debug: https://github.com/assay-ml/assay/issues`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
