import { type AssayError, isAssayError } from '../../core/errors/errors.ts'
import { isOutside } from '../../core/errors/outside.ts'
import { parseRetrainBranch, RETRAIN_PREFIX } from '../../core/promotion/retraining/branch.ts'
import { CONFIG_FILE } from '../../core/text/names.ts'
import type { RepositoryConnection } from '../../forges/connection.ts'
import { endLostTurns } from '../../forges/ensure/turn.ts'
import { maskFor } from '../command/without-secrets.ts'
import { maskedAccess } from '../deploy/read/masked-access.ts'
import { type Retrainable, type RetrainSource, readRetrainSource, retrainable } from '../retraining/facts.ts'
import { retrainModel } from '../retraining/retrain-model.ts'
import { versionsServing } from './champion.ts'
import type { RepositoryName, RetrainingKey, RetrainingsKey } from './keys.ts'
import type { LookResult } from './look.ts'
import type { BotWorld, Rights } from './world.ts'

export const RETRAINING_RIGHTS: Rights = {
  needs: { contents: 'write', pull_requests: 'write' },
  uses: { actions: 'write' },
}

/**
 * Does what is missing of a retraining that was begun: whoever made its branch may have been killed before it started the run. One
 * whose version serves nowhere any more, or whose model is not retrained any more, is let be.
 */
export function lookAtRetraining(
  world: BotWorld,
  { repository, branch }: RetrainingKey,
): Promise<LookResult> {
  return inRepository(world, repository, async place => {
    const [begun] = begunIn(place, [branch])
    if (!begun || (await place.access.repository.readBranches([branch])).get(branch) === undefined)
      return { did: [] }
    const [serves] = await onlyServing(place, [begun])
    if (!serves) return { did: [] }
    const end = await carryOn(place, serves)
    await endTurns(place)
    return end
  })
}

/**
 * The same of all in a repository. Most of their branches are old, so what serves is read once for all of them. One that fails is looked
 * at by itself again, and keeps no other waiting.
 */
export function lookAtRetrainings(world: BotWorld, { repository }: RetrainingsKey): Promise<LookResult> {
  return inRepository(world, repository, async place => {
    const all = begunIn(place, await place.access.repository.listBranches(RETRAIN_PREFIX))
    const ends: LookResult[] = []
    const failed: AssayError[] = []
    for (const group of Map.groupBy(all, ({ config: { deploy } }) => JSON.stringify(deploy)).values()) {
      const serving = await orError(onlyServing(place, group))
      if (isAssayError(serving)) failed.push(serving)
      else
        for (const one of serving) {
          const end = await orError(carryOn(place, one))
          if (!isAssayError(end)) ends.push(end)
          else if (!isOutside(end)) failed.push(end)
          else ends.push({ did: [], again: [{ key: keyOf(place, one), at: world.now() }] })
        }
    }
    if (ends.length > 0) await endTurns(place)
    const outside = failed.find(isOutside)
    if (outside) throw outside
    return {
      did: ends.flatMap(({ did }) => did),
      problems: failed.filter(error => !isLetBe(error)),
      again: ends.flatMap(({ again = [] }) => again),
    }
  })
}

// --- internal ---

/** The repository that models are trained in, while it is looked at. */
interface Place {
  world: BotWorld
  name: RepositoryName
  access: RepositoryConnection
  source: RetrainSource
}

interface Begun {
  branch: string
  model: string
  champion: string
  config: Retrainable
}

async function inRepository(
  world: BotWorld,
  name: RepositoryName,
  look: (place: Place) => Promise<LookResult>,
): Promise<LookResult> {
  const opened = await world.open(name, RETRAINING_RIGHTS)
  const access: RepositoryConnection = { ...opened, ...maskedAccess(opened, maskFor(world)) }
  try {
    const source = await readRetrainSource(access.repository, await access.defaultBranch(), CONFIG_FILE)
    return await look({ world, name, access, source })
  } catch (error) {
    if (isLetBe(error)) return { did: [] }
    throw error
  } finally {
    await access.close()
  }
}

/** Branches stay when a model goes, and anybody may give one such a name. */
function isLetBe(error: unknown): boolean {
  return isAssayError(error, 'RETRAIN_IMPOSSIBLE', 'MODEL_UNKNOWN', 'CONFIG_MISSING')
}

/** Those of models that are retrained, and that are deployed from somewhere. */
function begunIn({ source }: Place, branches: readonly string[]): Begun[] {
  return branches.flatMap(branch => {
    const of = parseRetrainBranch(branch)
    const config = of && source.models[of.model]
    return config?.retrain && config.deploy
      ? [{ branch, ...of!, config: retrainable(source, of!.model) }]
      : []
  })
}

/** Those of versions that serve somewhere, of models that one deploy repository has. @throws AssayError those of `versionsServing` */
async function onlyServing({ world, name, source }: Place, begun: readonly Begun[]): Promise<Begun[]> {
  const models = [...new Set(begun.map(({ model }) => model))]
  const serving = await versionsServing(world, { forge: name.forge, source, models })
  return begun.filter(({ model, champion }) => serving.get(model)?.has(champion))
}

async function orError<T>(asked: Promise<T>): Promise<T | AssayError> {
  try {
    return await asked
  } catch (error) {
    if (!isAssayError(error)) throw error
    return error
  }
}

function keyOf({ name }: Place, { branch }: Begun): RetrainingKey {
  return { kind: 'retraining', repository: name, branch }
}

/** Takes away what those left that were killed while they began one. */
async function endTurns({ world, access }: Place): Promise<void> {
  if (access.claims) await endLostTurns(access.claims, world.now())
}

async function carryOn(place: Place, begun: Begun): Promise<LookResult> {
  const { world, access, source } = place
  const { branch, model, champion, config } = begun
  const why = `It was begun on ${branch}.`
  const asked = { source, config, model, champion, why, now: world.now(), world, dryRun: false }
  const { action, words, again } = await retrainModel(access, asked)
  return {
    did: action === 'proposed' || action === 'started' ? [`${model}: ${words}`] : [],
    ...(again !== undefined && { again: [{ key: keyOf(place, begun), at: again }] }),
  }
}
