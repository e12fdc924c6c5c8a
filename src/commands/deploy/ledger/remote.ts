import { type AssayError, isAssayError } from '../../../core/errors/errors.ts'
import {
  HOLD_FILE,
  OWN_PREFIX,
  parseHoldBranch,
  parsePromotionBranch,
  recordFinder,
} from '../../../core/promotion/places/places.ts'
import { RECORD_FILE } from '../../../core/release/record.ts'
import type { AskedBranch, DeployRepository, SeenBranch } from '../../../forges/deploy-repository.ts'
import { withLive } from '../../../forges/live-of.ts'
import { takeSnapshot } from '../../../forges/snapshot.ts'
import type { DeploySite } from '../read/deploy-branch.ts'
import { environmentsAt, openSites, type SeenSites, type SiteHead, type SitesAsked } from '../read/sites.ts'
import { manifestsOf } from '../read/state.ts'
import { LEDGER_VERSIONS, type Ledger, type LedgerFile, type SiteLedger } from './ledger.ts'

/** The ledger behind a forge or on a git server, read in so many calls as there are hundreds of records. */
export async function remoteLedger(home: DeploySite, only?: string, asked?: SitesAsked): Promise<Ledger> {
  const sites = await openSites(home, asked)
  const ledgers: NamedLedger[] = []
  for (const site of sites) ledgers.push(await ledgerAt(sites, site, only))
  const [own, ...others] = ledgers
  const models = [...new Set(ledgers.flatMap(({ named }) => named))].sort()
  return { ...own!, others, models, lacking: sites[0].lacking }
}

/** A file that cannot be read is no reason to lose the others: the half that it is in is read again, and its half. */
export async function readEach(
  repository: DeployRepository,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string | AssayError | undefined>> {
  try {
    return await repository.readFiles(commit, paths)
  } catch (error) {
    if (!isAssayError(error) || !error.code.startsWith('FILE_')) throw error
    const [only = '', ...others] = paths
    if (others.length === 0) return new Map([[only, error]])
    const half = Math.ceil(paths.length / 2)
    return new Map([
      ...(await readEach(repository, commit, paths.slice(0, half))),
      ...(await readEach(repository, commit, paths.slice(half))),
    ])
  }
}

// --- internal ---

/** With every model that is named there. */
interface NamedLedger extends SiteLedger {
  named: string[]
}

async function ledgerAt(sites: SeenSites, site: SiteHead, only: string | undefined): Promise<NamedLedger> {
  const { access, deploy, head } = site
  const { repository } = access
  const { branch } = deploy
  const { config } = sites[0]
  const here = environmentsAt(sites, site)
  const names = new Set(here.environments.map(({ name }) => name))
  const isHere = ({ environment }: { environment: string }) => names.has(environment)
  const placeOf = recordFinder(here)
  const paths = await repository.listFiles(head.commit, '')
  const named = paths.flatMap(path => {
    const isHold = path.endsWith(`/${HOLD_FILE}`)
    const place = placeOf(isHold ? `${path.slice(0, -HOLD_FILE.length)}${RECORD_FILE}` : path)
    return place ? [{ ...place, path, isHold }] : []
  })
  const own = await repository.listBranches(OWN_PREFIX)
  const open = own.flatMap(name => parsePromotionBranch(name) ?? []).filter(isHere)
  const held = own.flatMap(name => parseHoldBranch(name) ?? []).filter(isHere)
  const isAsked = ({ model }: { model: string }) => only === undefined || model === only
  const asked = named.filter(isAsked)
  const there = new Set(paths)
  const beside = manifestsOf(config, asked).filter(path => there.has(path))
  const texts = await readEach(repository, head.commit, [...asked.map(({ path }) => path), ...beside])
  const manifests = new Map(
    beside.flatMap((path): [string, string | AssayError][] => {
      const text = texts.get(path)
      return text === undefined ? [] : [[path, text]]
    }),
  )
  const files = asked.flatMap((place): (LedgerFile & { isHold: boolean })[] => {
    const text = texts.get(place.path)
    return text === undefined ? [] : [{ ...place, text }]
  })
  return {
    config,
    isHere: environment => names.has(environment),
    records: files.filter(({ isHold }) => !isHold),
    holds: files.filter(({ isHold }) => isHold),
    branches: open.filter(isAsked),
    holdBranches: held.filter(isAsked),
    commit: head.commit,
    manifests,
    past: repository,
    named: [...named, ...open, ...held].map(({ model }) => model),
    texts: paths => readEach(repository, head.commit, paths),
    async histories(places) {
      const paths = places.map(({ recordFile }) => recordFile)
      const histories = await repository.fileHistory(head.commit, paths, LEDGER_VERSIONS)
      return Promise.all(
        places.map(async place => ({
          ...place,
          history: await withLive(repository, place, histories.get(place.recordFile) ?? []),
        })),
      )
    },
    async promotions<B extends AskedBranch>(branches: readonly B[]) {
      const seen: (B & SeenBranch)[] = []
      const step = repository.snapshot ? BRANCHES_A_CALL : branches.length
      for (let from = 0; from < branches.length; from += step) {
        const some = branches.slice(from, from + step)
        const question = { base: branch, commit: head.commit, branches: some, files: [], histories: [] }
        seen.push(...(await takeSnapshot(repository, question)).branches)
      }
      return seen
    },
    isOpen: async ({ head: own, pulls }) =>
      repository.pullRequests
        ? pulls.open !== undefined
        : own !== undefined && !(await repository.contains(head.commit, own.commit)),
  }
}

/** Each with its pull requests: a forge takes its time for them. */
const BRANCHES_A_CALL = 10
