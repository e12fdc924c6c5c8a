import { isAssayError, type Problem } from '../../../core/errors/errors.ts'
import type { FileDifference } from '../../../core/promotion/places/rollback.ts'
import { editsOf, type ProvedEdit } from '../../../core/promotion/proof/edits.ts'
import { inventedReleases, ofImage } from '../../../core/promotion/proof/invented-release.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import { readYaml } from '../../../core/yaml/edit/edit.ts'
import { deviationIn } from '../read/deviation.ts'
import { ensureNoOverride, ensureRendered } from '../read/effect.ts'
import { readRecord } from '../read/facts.ts'
import { seenFiles } from '../read/seen-files.ts'
import { type EnvironmentPlace, filesOf } from '../read/state.ts'
import { inPlace } from '../read/written.ts'
import type { DeployFiles } from '../render/helm-files.ts'
import { renderedBy, renderedWays } from '../render/rendered-ways.ts'
import { changesOf } from '../write/promotion.ts'
import { type FirstSplit, firstSplit } from './first-split.ts'

/** What a promotion of a release that never was would do in one place. */
export interface PlaceProof {
  model: string
  place: EnvironmentPlace
  edits: ProvedEdit[]
  changes: readonly FileDifference[]
  /** The kustomizations and files of values that make objects of it. */
  renders: string[]
  /** What made objects of it that carry the release. */
  rendered: { program: string; path: string; application?: string }[]
  /** Manifests that are objects as they stand: nothing is made from them. */
  applied: string[]
  /** Why nobody knows what becomes of it in the cluster. */
  unrendered: string[]
  /** Absent: a release gets all of the traffic at once. */
  split?: FirstSplit
  problems: Problem[]
}

export interface ProvedIn {
  repository: DeployFiles
  env: Readonly<Record<string, string | undefined>>
}

/**
 * Makes the edit that a promotion would make, with an invented release, and renders what it makes of the manifests. Nothing is written
 * into the repository.
 */
export async function provePlace(
  world: ProvedIn,
  model: string,
  place: EnvironmentPlace,
): Promise<PlaceProof> {
  const proof: PlaceProof = {
    ...{
      model,
      place,
      edits: [],
      changes: [],
      renders: [],
      applied: [],
      rendered: [],
      unrendered: [],
      problems: [],
    },
  }
  try {
    const texts = await world.repository.readFiles('', filesOf(place))
    const { to, changes } = editedBy(inventedFor(model, place, texts), place, texts)
    proof.changes = changes.filter(({ path }) => place.manifests.includes(path))
    proof.edits = editsOf(proof.changes, textsOf(place))
    if (proof.edits.length === 0)
      proof.problems.push({
        what: 'another release changes nothing there',
        where: { file: place.folder },
        fix: 'write what tells one release from another: `{image.digest}`, `{version}` or `{uri}`',
      })
    ensureNoOverride({ place, to }, changes, texts)
    await render(world, proof, { to, changes, texts })
    if (proof.rendered.length === 0) proof.problems.push(...hiddenBy(place, to, changes, texts))
    const split = await firstSplit(world, place, { release: to, changes, texts })
    if (split) proof.split = split
  } catch (error) {
    if (!isAssayError(error)) throw error
    proof.problems.push(...inPlace(error, place, model).problems)
  }
  return proof
}

// --- internal ---

type Texts = ReadonlyMap<string, string | undefined>

function textsOf({ writes }: EnvironmentPlace): string[] {
  return writes.filter(({ target }) => target === 'text').flatMap(({ manifests }) => manifests)
}

function inventedFor(model: string, place: EnvironmentPlace, texts: Texts): ReleaseRecord[] {
  const plain = textsOf(place)
  const documents = place.manifests.flatMap(path => {
    const text = texts.get(path)
    if (text === undefined) return []
    return plain.includes(path) ? [{ image: text.trim() }] : readYaml(text, path)
  })
  return inventedReleases({
    model,
    documents,
    record: readRecord(texts.get(place.recordFile), place.recordFile, model),
    options: place.writes.map(({ options }) => options),
  })
}

/** By the first release that the place takes. @throws AssayError why it does not take the first */
function editedBy(
  releases: readonly ReleaseRecord[],
  place: EnvironmentPlace,
  texts: Texts,
): { to: ReleaseRecord; changes: FileDifference[] } {
  let first: unknown
  for (const to of releases)
    try {
      return { to, changes: changesOf({ place, to }, texts) }
    } catch (error) {
      if (!isAssayError(error, 'TARGET_REFUSED', 'YAML_EDIT_REFUSED')) throw error
      first ??= error
    }
  throw first
}

async function render(
  { repository, env }: ProvedIn,
  proof: PlaceProof,
  { to, changes, texts }: { to: ReleaseRecord; changes: readonly FileDifference[]; texts: Texts },
): Promise<void> {
  const { place } = proof
  const all = renderedBy(place, texts)
  proof.renders = all.map(({ path }) => path)
  const covered = new Set(all.flatMap(({ writes }) => writes))
  for (const path of place.writes
    .filter(write => !covered.has(write))
    .flatMap(({ manifests }) => manifests)) {
    const reason = whyNotApplied(
      path,
      textsOf(place).includes(path) ? [] : readYaml(texts.get(path) ?? '', path),
    )
    if (reason === undefined) proof.applied.push(path)
    else proof.unrendered.push(reason)
  }
  for await (const way of renderedWays(all, { repository, commit: '', env, changes })) {
    if (way.kind === 'no_program') proof.unrendered.push(`${way.program} is not on the PATH`)
    else if (way.kind === 'not_rendered') proof.unrendered.push(way.reason)
    else {
      const own = ofImage(to, way.rendered.after)
      ensureRendered({ place, to: own, writes: way.writes }, changes, texts, way.rendered, way.counts)
      const { path, application } = way
      const program = way.by === 'kustomize' ? 'kustomize' : 'helm'
      proof.rendered.push({ program, path, ...(application !== undefined && { application }) })
    }
  }
}

/** Why a file that no kustomization reads is not what the cluster gets; undefined: it is. */
function whyNotApplied(file: string, documents: readonly unknown[]): string | undefined {
  const objects = documents.filter(one => one !== undefined) as { apiVersion?: unknown; kind?: unknown }[]
  const maker = objects.find(
    one => /^argoproj\.io\//.test(String(one?.apiVersion)) && /^Application(?:Set)?$/.test(String(one.kind)),
  )
  if (maker) return `what Argo CD renders of the ${String(maker.kind)} in ${file} is not known here`
  if (objects.some(one => /^kustomize\.toolkit\.fluxcd\.io\//.test(String(one?.apiVersion))))
    return `what Flux makes of the variables in ${file} is not known here`
  if (objects.length > 0 && objects.every(one => one?.apiVersion !== undefined && one.kind !== undefined))
    return undefined
  return `${file} is read by no kustomization and no chart here`
}

/** Where nothing was rendered: what can be told by reading. */
function hiddenBy(
  place: EnvironmentPlace,
  to: ReleaseRecord,
  changes: readonly FileDifference[],
  texts: Texts,
): Problem[] {
  const after = new Map([...texts, ...changes.map(({ path, after: text }) => [path, text] as const)])
  const deviation = deviationIn(
    { ...place, triedFiles: [] },
    to,
    seenFiles(path => after.get(path)),
  )
  return 'changes' in deviation
    ? deviation.changes.map(({ file, line, key, there }) => ({
        what: `\`${key}\` makes ${there} of what the release brings`,
        where: { file, ...(line !== undefined && { line }) },
        fix: 'remove it, or have the target write there',
      }))
    : []
}
