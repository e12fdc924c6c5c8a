import type { World } from './world/world.ts'

/** JSON of the npm package as GitHub writes it: times without fractions, addresses that lead here and not behind. */
export function asGithubWrites(world: World, text: string): string {
  return text.replace(FRACTION, '"$1Z"').replaceAll(world.upstream.target, world.url)
}

// --- internal ---

const FRACTION = /"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{3}Z"/g
