import { trainingOf } from '../../core/config/dvc.ts'
import { costOf } from '../../core/inputs/cost.ts'
import { reproWithoutDvc } from '../../core/inputs/dvc/pull-failure.ts'
import type { Usage } from '../../core/inputs/evaluation.ts'
import { plainPhrase } from '../../core/report/words/phrase.ts'
import { failurePhrase } from '../../core/report/words/words.ts'
import { renderError } from '../../core/text/error-text.ts'
import type { Result } from '../../core/verdict/result.ts'
import { sampleGpus } from '../../services/gpu.ts'
import { environmentFor, runCommand } from '../../services/process/process.ts'
import type { Context } from '../command/context.ts'
import { endedWell } from './ended.ts'
import { type ModelWork, timeoutOf } from './project.ts'

/** Training or evaluation died. Not an `AssayError`: it is a result that the pull request must show. */
export class CommandFailed extends Error {
  readonly state: 'training_failed' | 'evaluation_failed'
  readonly failure: NonNullable<Result['failure']>
  readonly cancelled: boolean

  constructor(state: CommandFailed['state'], failure: CommandFailed['failure'], cancelled: boolean) {
    super(plainPhrase(failurePhrase(state, failure)))
    this.name = 'CommandFailed'
    this.state = state
    this.failure = failure
    this.cancelled = cancelled
  }
}

export interface Step {
  /** What it is called in the log. */
  title: string
  command: { run: string; timeout: string }
  folder: string
  failsAs: CommandFailed['state']
  env?: Record<string, string>
}

/**
 * Runs one of the user's commands with its output streamed.
 *
 * @returns seconds it took
 * @throws CommandFailed when it exits other than 0, is killed, times out or the job is cancelled
 */
export async function runStep(context: Context, step: Step): Promise<number> {
  return context.log.group(step.title, async () => {
    const ended = await runCommand({
      run: step.command.run,
      folder: step.folder,
      env: environmentFor(context.env, { ASSAY_WORKSPACE: context.folder, ...step.env }),
      timeoutSeconds: timeoutOf(step.command),
      signal: context.signal,
      onOutput: chunk => context.log.raw(chunk),
    })
    if (endedWell(ended)) return ended.seconds
    const { exitCode, signal, timedOut, tail } = ended
    throw new CommandFailed(
      step.failsAs,
      { command: step.command.run, exitCode, signal, timedOut, tail },
      ended.cancelled,
    )
  })
}

/** Trains the candidate once, its GPUs sampled meanwhile. Without a train command there is nothing to do. */
export async function trainOnce({ context, model, config, env }: ModelWork, seed?: number): Promise<Usage> {
  const training = trainingOf(config)
  if (!training) return {}
  const sampler = await sampleGpus({ env: context.env })
  const done = { usage: {} as Usage }
  try {
    const trainSeconds = await runStep(context, {
      title: `Train ${model}${seed === undefined ? '' : ` (seed ${seed})`}: ${training.run}`,
      command: training,
      folder: context.folder,
      failsAs: 'training_failed',
      env: { ...env, ...seedEnv(seed) },
    }).catch(error => {
      throw training === config.train ? error : withoutDvc(error)
    })
    done.usage = { trainSeconds, ...(context.ci.image !== undefined && { image: context.ci.image }) }
  } finally {
    const gpus = await sampler.stop()
    if (gpus.length > 0) done.usage.gpus = gpus
  }
  return config.budget ? { ...done.usage, ...costOf(done.usage, config.budget) } : done.usage
}

/** Evaluates the candidate once. Returns the seconds; undefined where there is no evaluate command. */
export async function evaluateOnce(
  { context, model, config, env }: ModelWork,
  seed?: number,
): Promise<number | undefined> {
  if (!config.evaluate) return undefined
  return runStep(context, {
    title: `Evaluate ${model}${seed === undefined ? '' : ` (seed ${seed})`}: ${config.evaluate.run}`,
    command: config.evaluate,
    folder: context.folder,
    failsAs: 'evaluation_failed',
    env: { ...env, ...seedEnv(seed) },
  })
}

/** Adds up what several seeds took; GPU rows of one device are merged, their trace is the first seed's. */
export function addUsage(total: Usage, more: Usage): Usage {
  const gpus = [...(total.gpus ?? [])]
  for (const gpu of more.gpus ?? []) {
    const at = gpus.findIndex(known => known.index === gpu.index && known.name === gpu.name)
    const known = gpus[at]
    if (!known) gpus.push(gpu)
    else {
      const seconds = known.seconds + gpu.seconds
      const weighted = (a?: number, b?: number) =>
        a === undefined || b === undefined ? (a ?? b) : (a * known.seconds + b * gpu.seconds) / seconds
      gpus[at] = {
        ...known,
        seconds,
        utilisation: weighted(known.utilisation, gpu.utilisation),
        idleShare: weighted(known.idleShare, gpu.idleShare),
        memoryPeakMiB: maximum(known.memoryPeakMiB, gpu.memoryPeakMiB),
        energyWh: sum(known.energyWh, gpu.energyWh),
      }
    }
  }
  return {
    ...total,
    ...more,
    trainSeconds: sum(total.trainSeconds, more.trainSeconds),
    evaluateSeconds: sum(total.evaluateSeconds, more.evaluateSeconds),
    cost: sum(total.cost, more.cost),
    gpus: gpus.length > 0 ? gpus : undefined,
  }
}

// --- internal ---

/** Where `dvc repro` is the training, the shell's "not found" is about `dvc`: what a stage lacks ends DVC with a code of its own. */
function withoutDvc(error: unknown): unknown {
  if (!(error instanceof CommandFailed) || error.failure.exitCode !== 127) return error
  const { command } = error.failure
  return new CommandFailed(error.state, { command, tail: renderError(reproWithoutDvc()) }, error.cancelled)
}

function seedEnv(seed: number | undefined): Record<string, string> {
  return seed === undefined ? {} : { ASSAY_SEED: String(seed) }
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : a + b
}

function maximum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b)
}
