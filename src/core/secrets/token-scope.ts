import { ENVIRONMENT_NAME, MODEL_NAME } from '../text/names.ts'

/** What whoever has a token may see. */
export interface TokenScope {
  /** Whether it is for all there is. */
  isWhole: boolean
  /** @param environment undefined: nobody has said which it is, and a scope that names one is not for it */
  covers(model: string, environment: string | undefined): boolean
}

export const EVERYTHING: TokenScope = { isWhole: true, covers: () => true }

/** What a token is for that stands on several lines: all that each of them says. */
export function scopeOfBoth(one: TokenScope, other: TokenScope): TokenScope {
  return {
    isWhole: one.isWhole || other.isWhole,
    covers: (model, environment) => one.covers(model, environment) || other.covers(model, environment),
  }
}

/**
 * A line of a file of tokens: the token, and behind it what it is for: `MODEL` or `MODEL/ENVIRONMENT`, where `*` is every model. A token
 * alone is for everything.
 *
 * @returns or what is wrong with it, in words that repeat nothing of it
 */
export function readTokenLine(line: string): { token: string; scope: TokenScope } | { wrong: string } {
  const [token = '', ...names] = line.trim().split(/\s+/)
  if (names.length === 0) return { token, scope: EVERYTHING }
  const places = names.map(placeIn)
  const bad = places.indexOf(undefined)
  if (bad >= 0)
    return { wrong: `is followed by what names no model and no place (the ${bad + 1}. behind it)` }
  return { token, scope: scopeOf(places.filter(place => place !== undefined)) }
}

// --- internal ---

interface Place {
  /** Absent: every one. */
  model?: string
  environment?: string
}

function placeIn(name: string): Place | undefined {
  const [model = '', environment, ...rest] = name.split('/')
  if (rest.length > 0 || (model !== '*' && !MODEL_NAME.test(model))) return undefined
  if (environment === undefined) return model === '*' ? undefined : { model }
  if (!ENVIRONMENT_NAME.test(environment)) return undefined
  return { ...(model !== '*' && { model }), environment }
}

function scopeOf(places: readonly Place[]): TokenScope {
  return {
    isWhole: false,
    covers: (model, environment) =>
      places.some(
        one =>
          (one.model === undefined || one.model === model) &&
          (one.environment === undefined || one.environment === environment),
      ),
  }
}
