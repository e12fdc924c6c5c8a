import { keyName } from '../src/commands/bot/keys.ts'
import { type AssayError, isAssayError } from '../src/core/errors/errors.ts'
import { type BotLog, type Fields, faultFields } from './log.ts'
import type { LookEnd } from './looks.ts'

/** What became of a look: what it wrote, what somebody has to put right, why it is made again. */
export function logLook(log: BotLog, end: LookEnd): void {
  const fields = { key: keyName(end.key), ms: Math.round(end.ms) }
  if ('error' in end) {
    const { error, failures, pause } = end
    if (isAssayError(error)) log.line('warn', 'look failed', { ...fields, ...told(error), failures, pause })
    else log.line('error', 'look failed by a fault', { ...fields, ...faultFields(error), failures, pause })
    return
  }
  const { did, problems = [] } = end.result
  if (did.length > 0 || problems.length === 0) log.line('info', 'looked', { ...fields, did })
  for (const problem of problems)
    log.line('warn', 'somebody has to put this right', { ...fields, ...told(problem) })
}

// --- internal ---

function told({ code, problems }: AssayError): Fields {
  return { code, problems: problems.map(({ what }) => what) }
}
