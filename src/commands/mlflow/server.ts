import { setTimeout as sleep } from 'node:timers/promises'
import { AssayError, isAssayError } from '../../core/errors/errors.ts'
import { type MlflowRefusal, refusalIn } from '../../core/mlflow/answers.ts'
import type { MlflowRequest } from '../../core/mlflow/requests.ts'
import type { NotDone } from '../../core/mlflow/words.ts'
import type { MlflowWay } from '../../core/secrets/mlflow-way.ts'
import { maskPersonalData } from '../../core/secrets/secrets.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'
import { proxyFetch } from '../../forges/http/proxy.ts'
import { type JsonApi, jsonApi } from '../../services/json-api/json-api.ts'
import type { World } from '../command/context.ts'

/** A tracking server, with the time that there is for all that is asked of it. */
export interface MlflowServer {
  address: string
  /**
   * What it answers, or what it says no with.
   *
   * @throws AssayError SOURCE_SILENT, SOURCE_UNREADABLE, SOURCE_REFUSES
   */
  ask<T>(request: MlflowRequest<T>): Promise<{ answer: T } | { refusal: MlflowRefusal }>
  /** The same where no is no answer. @throws AssayError also MLFLOW_REFUSED */
  send<T>(request: MlflowRequest<T>): Promise<T>
}

/**
 * A request that may be sent twice is, where there was no answer. Nothing is asked any more once the time is used up; nor, for a
 * while, of a server that let this run wait in vain, so that one that hangs costs a run of many models no more than one.
 *
 * @param limit milliseconds, for all requests together
 * @param isStopping the job is cancelled already, and there are seconds left for the last word
 */
export function openMlflow(
  { env, signal }: Pick<World, 'env' | 'signal'>,
  way: MlflowWay,
  limit: number,
  isStopping = false,
): MlflowServer {
  const api = jsonApi({
    address: way.server,
    name: 'MLflow',
    refusal: 'error_code',
    setting: way.setting,
    tokenSetting: 'MLFLOW_TRACKING_TOKEN',
    ...(way.token !== undefined && { token: way.token }),
    ...(way.login && { login: way.login }),
    fetch: proxyFetch(new URL(way.server), env),
    largest: LARGEST,
    ...(!isStopping && { signal }),
  })
  let left = limit
  /** The last request was waited for in vain, as long as any is. */
  let isHanging = false

  async function ask<T>(request: MlflowRequest<T>): Promise<{ answer: T } | { refusal: MlflowRefusal }> {
    const said = await answerTo(request)
    const refusal = refusalIn(said)
    if (refusal) return { refusal }
    const parsed = request.answer.safeParse(said)
    if (parsed.success) return { answer: parsed.data }
    throw failed('SOURCE_UNREADABLE', `its answer to ${request.path} is none of MLflow's`)
  }

  async function answerTo(request: MlflowRequest<unknown>): Promise<unknown> {
    try {
      return await tried(request)
    } catch (error) {
      if (isHanging) hungIn(signal).set(way.server, performance.now())
      throw error
    }
  }

  async function tried(request: MlflowRequest<unknown>): Promise<unknown> {
    try {
      return await timed(request)
    } catch (error) {
      if (!request.isRepeatable || left <= PAUSE || !isAssayError(error, 'SOURCE_SILENT')) throw error
      left -= PAUSE
      await sleep(PAUSE, undefined, isStopping ? {} : { signal })
      return timed(request)
    }
  }

  async function timed({ path, deadline = LONGEST, ...rest }: MlflowRequest<unknown>): Promise<unknown> {
    const hung = isStopping ? undefined : hungIn(signal).get(way.server)
    if (hung !== undefined && performance.now() - hung < FORGOTTEN)
      throw failed('SOURCE_SILENT', 'it let this run wait in vain before, and is asked no more for now')
    if (left <= 0)
      throw failed(
        'SOURCE_SILENT',
        `it has not answered within ${limit / 1000} s in all, and is asked no more`,
      )
    const begun = performance.now()
    const longest = Math.min(Math.ceil(left / 100) * 100, deadline)
    isHanging = false
    try {
      return await api.ask(path, questionOf(rest, longest))
    } catch (error) {
      // What is left of the time may be too little for a server that is well.
      isHanging = performance.now() - begun >= longest && longest >= Math.min(LONGEST, limit / 2)
      throw error
    } finally {
      left -= performance.now() - begun
    }
  }

  return {
    address: way.server,
    ask,
    async send(request) {
      const said = await ask(request)
      if ('answer' in said) return said.answer
      const { code, words } = said.refusal
      throw failed('MLFLOW_REFUSED', `it says ${code}: ${shortened(visible(words), 300)}`)
    },
  }
}

/** Does one thing with MLflow that nothing depends on: what goes wrong is noted, and what is undefined then. */
export async function orNoted<T>(
  notDone: NotDone[],
  what: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!isAssayError(error)) throw error
    notDone.push({ what, why: whyOf(error) })
    return undefined
  }
}

// --- internal ---

/** Milliseconds one request may take, and those before it is sent again. */
const LONGEST = 10_000
const PAUSE = 500
/** Milliseconds after which a server that hung is asked again: it may be well by the time the next model is trained. */
const FORGOTTEN = 600_000
/** When a server last hung, by what stops the run: that is one thing for all of its models. */
const HUNG = new WeakMap<AbortSignal, Map<string, number>>()

function hungIn(signal: AbortSignal): Map<string, number> {
  const known = HUNG.get(signal) ?? new Map<string, number>()
  HUNG.set(signal, known)
  return known
}

/** Bytes of an answer: a run with some thousand metrics. */
const LARGEST = 8 * 2 ** 20

function whyOf({ problems, message }: AssayError): string {
  const { what, fix } = problems[0] ?? { what: message }
  return maskPersonalData(fix === undefined ? what : `${what}. ${fix}`)
}

function questionOf(
  {
    query,
    json,
    bytes,
    fileOf,
    method,
  }: Omit<MlflowRequest<unknown>, 'path' | 'answer' | 'isRepeatable' | 'deadline'>,
  deadline: number,
): Parameters<JsonApi['ask']>[1] {
  return {
    ...(query && { query: new URLSearchParams(query) }),
    ...(json && { json }),
    ...(bytes && { bytes }),
    ...(fileOf !== undefined && { fileOf }),
    ...(method && { method }),
    deadline,
  }
}

function failed(code: string, what: string): AssayError {
  return new AssayError({
    code,
    title: 'MLflow does not do what is asked of it',
    problems: [{ what: `MLflow: ${what}` }],
  })
}
