import { total } from '../../core/traffic/drift/shares.ts'
import type { ModelProfile } from '../../core/traffic/profile/profile.ts'
import type { LookSettings } from '../../core/traffic/seen/judge-seen.ts'
import type { Seen } from '../../core/traffic/seen/seen.ts'
import { countRows, type Roles } from './rows.ts'

/** A file of rows as one window: nobody knows when they came, and nothing is silent in it. */
export async function seenInFile(
  folder: string,
  file: string,
  profile: ModelProfile,
  { roles, minutes }: { roles: Roles; minutes: LookSettings['minutes'] },
): Promise<Seen | { failed: string }> {
  const { features, absent, labels, predicted } = await countRows(folder, file, profile, roles)
  if ([...features.values()].every(counts => total(counts) === 0)) return { failed: `${file} has no row` }
  const counted = new Map([...features].map(([name, counts]) => [name, { counts: [...counts] }]))
  return {
    windows: {
      shift: { minutes: minutes.shift, features: counted, absent },
      ...((labels || predicted) && {
        concept: {
          minutes: minutes.concept,
          features: new Map(),
          ...(labels && { labels }),
          ...(predicted && { predicted }),
        },
      }),
    },
    notes: [],
  }
}
