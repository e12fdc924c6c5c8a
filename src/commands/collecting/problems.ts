import { AssayError, type Problem } from '../../core/errors/errors.ts'

/** Why the collector does not start. */
export function collectProblem(problems: Problem[], cause?: unknown): AssayError {
  return new AssayError({ code: 'COLLECT_SETTINGS', title: 'The collector does not start', problems, cause })
}

/** A model that another process counts: pairs and duplicates need one memory, and two would each see half of them. */
export function heldElsewhere(model: string, holder: string): Problem {
  return {
    what: `${model} is counted by ${holder}`,
    fix: 'stop that one, or give each its own models by its own `--profiles`',
  }
}

export function cannotListen(
  error: unknown,
  { host, port, option }: { host: string; port: number; option: string },
): AssayError {
  const { code = 'no reason' } = error as NodeJS.ErrnoException
  const isHost = ['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL'].includes(code)
  const problem = {
    what: `${host}:${port} cannot be listened on (${code})`,
    fix: isHost ? 'name an address of this machine with `--host`' : `choose another with \`--${option}\``,
  }
  return collectProblem([problem], error)
}
