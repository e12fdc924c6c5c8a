import type { Alert, ToldAlert } from '../../../core/alerts/alert.ts'
import { environmentFor, NO_ENVIRONMENT } from '../../../core/alerts/issue.ts'
import { isSameNoted, type Noted, withMoved, withTold } from '../../../core/alerts/noted.ts'
import { type AssayError, isAssayError } from '../../../core/errors/errors.ts'
import { isPassing } from '../../../core/errors/outside.ts'
import { CONFIG_FILE } from '../../../core/text/names.ts'
import type { RepositoryConnection } from '../../../forges/connection.ts'
import type { Turn } from '../../../forges/ensure/turn.ts'
import { readRetrainSource } from '../../retraining/facts.ts'
import { environmentsOf } from '../champion.ts'
import type { AlertKey } from '../keys.ts'
import type { BotWorld } from '../world.ts'
import { type Notes, readNotes, writeNoted } from './noted.ts'
import { turnOf } from './turn.ts'

/**
 * An alert is of the issue of the environment that it names, once it is known that the model has it. What names one that it has not is
 * of one issue, and so is, in the issue of the model, what nobody can tell of now: from there it moves on when somebody can.
 */

/** The environments of a model; absent where nobody can tell, with the error where that passes. */
export interface Places {
  known?: string[]
  error?: AssayError
}

/** Asks for them when they are first needed. */
export function placesOf(
  world: BotWorld,
  access: RepositoryConnection,
  { repository, model }: AlertKey,
): () => Promise<Places> {
  let asked: Promise<Places> | undefined
  const ask = async (): Promise<Places> => {
    try {
      const source = await readRetrainSource(access.repository, await access.defaultBranch(), CONFIG_FILE)
      const known = await environmentsOf(world, { forge: repository.forge, source, model: model! })
      return known ? { known } : {}
    } catch (error) {
      if (!isAssayError(error)) throw error
      return isPassing(error) ? { error } : {}
    }
  }
  return () => {
    asked ??= ask()
    return asked
  }
}

/** What was told of a key and is of its issue; the rest is handed to whose it is. What an issue knows already ends there. */
export async function whereTold(
  world: BotWorld,
  key: AlertKey,
  notes: Notes,
  places: () => Promise<Places>,
): Promise<ToldAlert[]> {
  const { model } = key
  const here: ToldAlert[] = []
  const told = world.alerts?.told(key) ?? []
  for (const alert of told) {
    const named = alert.environment ?? (key.environment === NO_ENVIRONMENT ? undefined : key.environment)
    if (model === undefined || named === undefined) {
      here.push(alert)
      continue
    }
    const holders = [key.environment, undefined, NO_ENVIRONMENT].filter(
      (one, at, all) => all.indexOf(one) === at && holds(notes({ model, environment: one }).noted, alert),
    )
    const isOwn = key.environment === named && isOpen(notes(key).noted)
    if (holders.length === 0) holders.push(isOwn ? named : environmentFor(named, (await places()).known))
    for (const environment of holders)
      if (environment === key.environment) here.push(alert)
      else
        world.alerts?.handOn(key, alert, {
          key: keyOf(key, environment),
          alert: inIssueOf(alert, named, environment),
        })
  }
  // Whoever else it is of has it by now.
  world.alerts?.noted(
    key,
    told.filter(one => !here.includes(one)),
  )
  return here
}

/** Nothing moves, and why nobody can tell; or who goes on with what has moved, and what is left. */
type Moving = { error?: AssayError } | { moved: AlertKey[]; left: Noted }

/**
 * Moves what an issue only holds to the issues that it belongs into, each in its turn: it is there before it is no more here, so that
 * whoever is killed between leaves nothing out, and what is there already is not told of again.
 */
export async function moveOn(
  world: BotWorld,
  access: RepositoryConnection,
  key: AlertKey,
  noted: Noted,
  places: () => Promise<Places>,
  take: () => Promise<Turn | undefined>,
): Promise<Moving | 'later'> {
  const { model, environment: held } = key
  const isHolder = model !== undefined && (held === undefined || held === NO_ENVIRONMENT)
  if (!isHolder || noted.over || noted.alerts.every(one => one.environment === undefined)) return {}
  const { known, error } = await places()
  if (!known) return error && held === undefined ? { error } : {}
  const placeOf = ({ environment: named }: Alert) =>
    named === undefined ? held : environmentFor(named, known)
  const leaving = Map.groupBy(noted.alerts, placeOf)
  leaving.delete(held)
  if (leaving.size === 0) return {}
  if (!(await take()) || !isSameNoted((await readNotes(access))(key).noted, noted)) return 'later'
  for (const [environment, alerts] of leaving)
    if (!(await givenTo(world, access, keyOf(key, environment), alerts))) return 'later'
  const isMoved = (one: Alert) => placeOf(one) !== held
  const environments = [...leaving.keys()].map(one => one!)
  return {
    moved: environments.map(one => keyOf(key, one)),
    left: withMoved(noted, isMoved, environments),
  }
}

// --- internal ---

/** @returns whether its issue has them now */
async function givenTo(
  world: BotWorld,
  access: RepositoryConnection,
  to: AlertKey,
  alerts: readonly Alert[],
): Promise<boolean> {
  const turn = await turnOf(world, access, to)
  if (!turn) return false
  try {
    const { noted } = (await readNotes(access))(to)
    const told = alerts.map(one => ({ ...inIssueOf(one, one.environment!, to.environment), firing: true }))
    const next = withTold(noted, told)!
    if (!isSameNoted(next, noted)) await writeNoted(world, access, to, next)
    return true
  } finally {
    // A turn that cannot be given back ends by its time.
    await Promise.allSettled([turn.end()])
  }
}

function keyOf({ kind, repository, model }: AlertKey, environment: string | undefined): AlertKey {
  return {
    kind,
    repository,
    ...(model !== undefined && { model }),
    ...(environment !== undefined && { environment }),
  }
}

/** It says what it names where its issue does not. */
function inIssueOf<A extends Alert>(alert: A, named: string, environment: string | undefined): A {
  return { ...alert, environment: named === environment ? undefined : named }
}

function isOpen(noted: Noted | undefined): noted is Noted {
  return noted !== undefined && !noted.over
}

function holds(noted: Noted | undefined, { id }: Alert): boolean {
  return isOpen(noted) && noted.alerts.some(one => one.id === id)
}
