import { keyName, repositoryOf } from '../src/commands/bot/keys.ts'
import { isAssayError } from '../src/core/errors/errors.ts'
import { fewProblems } from '../src/core/errors/few-problems.ts'
import { type BotLog, failureFields } from './log.ts'
import { isFound, type LookEnd } from './look-end.ts'

/** What became of a look: what it wrote, what somebody has to put right, why it is made again. */
export function logLook(log: BotLog, end: LookEnd): void {
  const fields = { key: keyName(end.key), ms: Math.round(end.ms) }
  if ('error' in end) {
    const { error, failures, pause } = end
    const level = isAssayError(error) ? 'warn' : 'error'
    log.line(level, 'look failed', { ...fields, ...failureFields(error), failures, pause })
    return
  }
  const { did, why, problems = [] } = end.result
  if (did.length > 0 || problems.length === 0)
    log.line('info', 'looked', {
      ...fields,
      did,
      ...(why !== undefined && { why }),
      ...(isFound(end) && { found: true }),
    })
  for (const [code, errors] of Map.groupBy(fewProblems(problems), error => error.code))
    log.line('warn', 'somebody has to put this right', {
      ...fields,
      ...(OF_OTHERS.has(code) && repositoryOf(end.key).forge === 'github'
        ? { code, why: 'the check `assay` of the commit says what' }
        : failureFields(errors[0]!.with({ problems: errors.flatMap(error => error.problems) }))),
    })
}

// --- internal ---

/**
 * What is wrong with what a run left is called by the names of files and models of whoever wrote it: no words for a log, where another
 * place has them. GitLab has no checks that could hold them.
 */
const OF_OTHERS = new Set(['RESULT_INVALID', 'RESULT_STALE', 'RESULT_UNKNOWN_MODEL', 'ARTIFACT_INVALID'])
