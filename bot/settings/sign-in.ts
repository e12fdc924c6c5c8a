import { weakness } from '../../src/core/secrets/weak-secrets.ts'
import type { Reading } from './reading.ts'
import type { Variable } from './variables.ts'

/** What people sign in to at a forge. */
export interface PageClient {
  clientId: string
  clientSecret: string
}

/** How people sign in at a forge, as far as that is settings. */
export interface SignInSettings<Own> {
  /** Where one of them is set, people sign in there. */
  variables: readonly [Variable, ...Variable[]]
  /** What is wrong where the bot does not serve the forge. */
  off: { what: string; fix: string }
  client(reading: Reading, half: Own): PageClient
}

/** A secret that has to be there; undefined where it is not, or is one that others would guess. */
export function secretIn(
  { given, wrong }: Pick<Reading, 'given' | 'wrong'>,
  name: Variable,
  fix: string,
): string | undefined {
  const secret = given(name)
  if (secret === undefined) return wrong(name, 'is not set', fix)
  const why = weakness(secret)
  return why === undefined ? secret : wrong(name, why, fix)
}
