import type { Finding } from '../../ci/workflows/findings.ts'
import type { DeployConfig } from '../../core/deploy-config/deploy-config.ts'
import { type Site, siteKey } from '../../core/deploy-config/places/sites.ts'
import { type Problem, positionWords } from '../../core/errors/errors.ts'
import { editKey, type ProvedEdit, sharedValues } from '../../core/promotion/proof/edits.ts'
import { otherWriters } from '../../core/promotion/proof/other-writers.ts'
import { count } from '../../core/text/numbers.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'
import { findModels } from '../deploy/proof/models.ts'
import { kustomizationsThere, neighboursOf } from '../deploy/proof/neighbours.ts'
import { type PlaceProof, type ProvedIn, provePlace } from '../deploy/proof/prove.ts'
import { placesOf } from '../deploy/read/state.ts'
import { branchTree } from '../deploy/render/branch-tree.ts'
import type { DeployFiles } from '../deploy/render/helm-files.ts'
import { workTree } from '../deploy/render/work-tree.ts'
import { editsInWords, splitInWords } from './edit-words.ts'

/** What a promotion would do in one place, for machines. */
export interface ProvedPlace {
  model: string
  environment: string
  edits: ProvedEdit[]
  /** How a canary begins. */
  split?: PlaceProof['split']
  rendered: PlaceProof['rendered']
  not_rendered: string[]
  problems: string[]
}

/**
 * What `assay check` says in a deploy repository of every model in every environment: what a promotion would change there, and whether
 * it comes through. Proved with a release that never was, and nothing is written.
 */
export async function placeFindings(
  { folder, env, home }: { folder: string; env: ProvedIn['env']; home: string | undefined },
  whole: DeployConfig,
): Promise<{ findings: Finding[]; places: ProvedPlace[] }> {
  const names = whole.environments.map(({ name }) => name)
  const findings: Finding[] = []
  const places: ProvedPlace[] = []
  // Whoever names the branch of the file itself stands beside it.
  const siteOf = ({ site }: DeployConfig['environments'][number]) =>
    site?.repository === undefined && site?.branch === home ? undefined : site
  for (const [, environments] of Map.groupBy(whole.environments, one => siteKey(siteOf(one)))) {
    const site = siteOf(environments[0]!)
    const repository = await treeOf({ folder, env }, site)
    if (!repository) {
      findings.push(...environments.map(({ name }) => elsewhereFinding(name, site!)))
      continue
    }
    const found = await findingsIn({ repository, env }, { ...whole, environments }, names)
    findings.push(...found.findings)
    places.push(...found.places)
  }
  return { findings, places }
}

// --- internal ---

/** What is checked out, or a branch as it was last fetched; undefined for what is not here. */
async function treeOf(
  world: { folder: string; env: ProvedIn['env'] },
  site: Site | undefined,
): Promise<DeployFiles | undefined> {
  if (site === undefined) return workTree(world.folder)
  return site.repository === undefined && site.branch !== undefined
    ? branchTree(world, site.branch)
    : undefined
}

async function findingsIn(
  world: ProvedIn,
  config: DeployConfig,
  environments: readonly string[],
): Promise<{ findings: Finding[]; places: ProvedPlace[] }> {
  const { models, patterns, unreadable, isOfOne } = await findModels(world.repository, config)
  const tried = models.length === 0 && isOfOne ? [{ model: ANY, isSure: true }] : models
  const broken = unreadable.map((problem): Finding => ({ level: 'problem', text: problemWords(problem) }))
  if (tried.length === 0) return { findings: broken.length > 0 ? broken : [noModel(patterns)], places: [] }
  const proofs = await inTurns(
    tried.flatMap(({ model, isSure }) => placesOf(config, model).map(place => ({ model, isSure, place }))),
    async ({ model, isSure, place }) => ({ isSure, ...(await provePlace(world, model, place)) }),
  )
  // What is called like a file is no model of its own where another is known to stand in that.
  const sure = new Set(proofs.filter(one => one.isSure).flatMap(({ edits }) => edits.map(editKey)))
  const isTaken = new Set(
    proofs.filter(({ edits }) => edits.some(one => !sure.has(editKey(one)))).map(({ model }) => model),
  )
  const known = (one: (typeof proofs)[number]) => one.isSure || isTaken.has(one.model) || isTaken.size === 0
  const all = await kustomizationsThere(world)
  const own = proofs.filter(known)
  const beside = await inTurns(own, proof => neighboursOf(world, proof, all, environments))
  const places = own.map((proof, at) => ({
    ...proof,
    problems: [...proof.problems, ...beside[at]!.problems],
    notes: [...beside[at]!.notes, ...otherWriters(proof.changes, proof.edits)],
  }))
  const loose = new Set(proofs.filter(one => !known(one)).map(({ model }) => model))
  const proved = places.filter(({ problems }) => problems.length === 0)
  const [rendered, unrendered] = [true, false].map(is =>
    proved.filter(one => (one.unrendered.length === 0) === is).map(proofFinding),
  )
  return {
    findings: [
      ...folded(rendered!, 'take a release'),
      ...folded(unrendered!, 'take a release and are not rendered'),
      ...proved.flatMap(proof =>
        proof.notes.map((note): Finding => ({ level: 'warning', text: problemText(proof, note) })),
      ),
      ...places.flatMap(({ problems, ...proof }) => problems.map(one => problemFinding(proof, one))),
      // Of a model that is known, its place says the same.
      ...broken.filter(({ text }) => !places.some(one => one.problems.some(of => problemWords(of) === text))),
      ...sharedValues(places).map(({ edit, places: several }) => sharedFinding(edit, several)),
      ...[...loose].map(model => looseFinding(model, proofs)),
    ],
    places: places.map(provedPlace),
  }
}

/** Where nothing says what the model is called. */
const ANY = 'any-model'
const AT_ONCE = 4
const MOST_SHOWN = 60
const FEW = 20
const MOST_NAMED = 8

type Named = Pick<PlaceProof, 'model' | 'place'>

async function inTurns<A, B>(all: readonly A[], work: (one: A) => Promise<B>): Promise<B[]> {
  const done: B[] = []
  for (let at = 0; at < all.length; at += AT_ONCE)
    done.push(...(await Promise.all(all.slice(at, at + AT_ONCE).map(work))))
  return done
}

function placeWords({ model, place }: Named): string {
  return `${model} in ${place.environment.name}`
}

function proofFinding(proof: PlaceProof): Finding {
  const edits = `${placeWords(proof)}: ${editsInWords(proof.edits)}${proof.split ? `; ${splitInWords(proof.split)}` : ''}`
  if (proof.unrendered.length === 0) return { level: 'ok', text: `${edits}; ${renderedWords(proof)}` }
  const reasons = [...new Set(proof.unrendered)].map(one => shortened(visible(one), 300)).join('; ')
  return {
    level: 'warning',
    text: `${edits}; not rendered, so nobody knows whether it comes through: ${reasons}`,
  }
}

/** Of many that say the same, some: nobody reads a thousand lines. */
function folded(findings: readonly Finding[], what: string): Finding[] {
  const [first] = findings
  if (!first || findings.length <= MOST_SHOWN) return [...findings]
  const text = `… and ${count(findings.length - FEW, 'more place')} that ${what}: \`--json\` has all`
  return [...findings.slice(0, FEW), { level: first.level, text }]
}

function renderedWords({ rendered, applied }: PlaceProof): string {
  const plain = applied.map(path => `nothing renders ${path}, it is applied as it stands`)
  const ways = rendered.map(({ program, path, application }) =>
    application === undefined
      ? `${program} renders it from ${path}`
      : `${program} renders it for ${application}`,
  )
  return [...new Set([...ways, ...plain])].map(one => visible(one)).join(', ')
}

function problemText(named: Named, problem: Problem): string {
  return `${placeWords(named)}: ${problemWords(problem)}`
}

function problemWords({ what, where, fix }: Problem): string {
  const position = positionWords(where)
  return `${position ? `${visible(position)}: ` : ''}${visible(what)}${fix ? ` (${visible(fix)})` : ''}`
}

function problemFinding(named: Named, problem: Problem): Finding {
  return { level: 'problem', text: problemText(named, problem) }
}

function sharedFinding({ file, line, key }: ProvedEdit, places: readonly Named[]): Finding {
  const models = new Set(places.map(({ model }) => model))
  const why =
    models.size > 1
      ? 'a release of one would replace the other (put `{model}` into `path`, `file` or `set`)'
      : 'what is promoted into one serves in the others at once (put `{environment}` into `path` or `file`)'
  return {
    level: 'problem',
    text: `${visible(file)}:${line}${key === undefined ? '' : ` ${key}`} is written by ${names(places)}: ${why}`,
  }
}

function names(places: readonly Named[]): string {
  const shown = places.slice(0, MOST_NAMED).map(placeWords).join(', ')
  return places.length > MOST_NAMED ? `${shown} and ${places.length - MOST_NAMED} more` : shown
}

function looseFinding(model: string, proofs: readonly PlaceProof[]): Finding {
  const own = proofs.filter(one => one.model === model)
  const proof = own.find(one => one.problems.length > 0)
  const why = proof
    ? problemText(proof, proof.problems[0]!)
    : `another stands in ${[...new Set(own.flatMap(({ edits }) => edits.map(({ file }) => visible(file))))].join(', ')}`
  return { level: 'warning', text: `${visible(model)} is taken for no model: ${why}` }
}

/** Only what is here is looked at. */
function elsewhereFinding(name: string, { repository, branch }: Site): Finding {
  const where = [
    ...(branch === undefined ? [] : [`on the branch ${branch}`]),
    ...(repository === undefined ? [] : [`in ${repository}`]),
  ].join(' ')
  return {
    level: 'warning',
    text: `${name} stands ${visible(where)}, which is not here, so nothing of it is proved: ${repository === undefined ? `fetch the branch (\`git fetch origin\`; in CI \`fetch-depth: 0\`), or ` : ''}\`assay promote --dry-run\` says what a promotion would do there`,
  }
}

function noModel(patterns: readonly string[]): Finding {
  return {
    level: 'warning',
    text: `no model is here yet, so nothing is proved: it would stand in ${patterns.map(one => visible(one)).join(', ')}`,
  }
}

function provedPlace({
  model,
  place,
  edits,
  split,
  rendered,
  unrendered,
  problems,
}: PlaceProof): ProvedPlace {
  return {
    model,
    environment: place.environment.name,
    edits,
    ...(split && { split }),
    rendered,
    not_rendered: unrendered,
    problems: problems.map(problem => problemText({ model, place }, problem)),
  }
}
