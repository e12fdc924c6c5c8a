import { dirname } from 'node:path/posix'
import type { Problem } from '../../../core/errors/errors.ts'
import {
  KUSTOMIZATION_NAMES,
  type Kustomization,
  readKustomization,
} from '../../../core/promotion/effect/kustomization.ts'
import { environmentNamed } from '../../../core/promotion/proof/named-environment.ts'
import { outermostReaders } from '../../../core/promotion/proof/readers.ts'
import { type RenderedBy, renderedWays } from '../render/rendered-ways.ts'
import type { PlaceProof, ProvedIn } from './prove.ts'

/** All kustomizations of the repository, taken apart once. */
export async function kustomizationsThere({ repository }: ProvedIn): Promise<Kustomization[]> {
  const files = await repository.listFiles('', '')
  const paths = files.filter(path =>
    KUSTOMIZATION_NAMES.some(name => path === name || path.endsWith(`/${name}`)),
  )
  const texts = await repository.readFiles('', paths)
  return [...texts].flatMap(([path, text]) =>
    text === undefined ? [] : (readKustomization(text, path) ?? []),
  )
}

/**
 * What else a promotion into a place would change: overlays that are built upon a file that it edits. Where they are rendered and
 * come out the same, they are none.
 *
 * @param names of all environments
 */
export async function neighboursOf(
  world: ProvedIn,
  proof: PlaceProof,
  all: readonly Kustomization[],
  names: readonly string[],
): Promise<{ problems: Problem[]; notes: Problem[] }> {
  const { place, changes, renders } = proof
  const own = place.environment.name
  const found = { problems: applicationsOf(proof, names), notes: [] as Problem[] }
  const seen = new Set(renders)
  for (const { path } of changes)
    for (const reader of outermostReaders(path, all).filter(one => !seen.has(one))) {
      seen.add(reader)
      if (seen.size > MOST_READERS) return found
      const change = await changeIn(world, proof, reader)
      const environment = environmentNamed(dirname(reader), names)
      const edited = editOf(proof, path)
      if (environment !== undefined && environment !== own && change !== 'same')
        found.problems.push({
          what: `${reader} of ${environment} is built upon it${change === 'unknown' ? '' : ' and renders otherwise'}: what is promoted into ${own} serves in ${environment} at once`,
          where: edited,
          fix: `have the target write into a file that only ${own} has, such as an entry of \`images\` in its overlay`,
        })
      else if (environment === own && change === 'same')
        found.problems.push({
          what: `${reader} is built upon it and renders the same before and after: the release would serve nowhere`,
          where: edited,
          fix: 'remove what counts in its place there, or have the target write there',
        })
      else if (environment === undefined && change !== 'same')
        found.notes.push({ what: `${reader} is built upon it, and changes too`, where: edited })
    }
  return found
}

// --- internal ---

const MOST_READERS = 20

async function changeIn(
  { repository, env }: ProvedIn,
  { changes, place }: PlaceProof,
  reader: string,
): Promise<'other' | 'same' | 'unknown'> {
  const by: RenderedBy = { by: 'kustomize', path: reader, writes: place.writes }
  for await (const way of renderedWays([by], { repository, commit: '', env, changes }))
    if (way.kind === 'rendered') return way.rendered.before === way.rendered.after ? 'same' : 'other'
  return 'unknown'
}

/** Applications of other environments that put the same file of values into their charts. */
function applicationsOf(proof: PlaceProof, names: readonly string[]): Problem[] {
  const own = proof.place.environment.name
  return proof.rendered.flatMap(({ path, application }) => {
    const environment = application === undefined ? undefined : environmentNamed(application, names)
    if (environment === undefined || environment === own) return []
    return {
      what: `the Application ${application} of ${environment} has these values too: what is promoted into ${own} serves in ${environment} at once`,
      where: editOf(proof, path),
      fix: `give ${own} a file of values of its own, and name that in \`file\``,
    }
  })
}

function editOf({ edits }: PlaceProof, file: string): NonNullable<Problem['where']> {
  const line = edits.find(one => one.file === file)?.line
  return { file, ...(line !== undefined && { line }) }
}
