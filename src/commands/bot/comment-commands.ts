import type { CommandName } from '../../core/chatops/grammar.ts'
import { ownersOf } from '../../core/chatops/owners.ts'
import type { Answer } from '../../core/chatops/replies.ts'
import { mayCommand, type RightsFacts } from '../../core/chatops/rights.ts'
import { inventory } from '../../core/promotion/inventory.ts'
import type { People } from '../../forges/people.ts'
import { plansOf } from '../deploy/ledger/plans.ts'
import { remoteLedger } from '../deploy/ledger/remote.ts'
import { liveAsker } from '../deploy/live/ask-live.ts'
import { placesOf, readDeploy } from '../deploy/read/state.ts'
import { holdModel } from '../deploy/write/hold.ts'
import { promoteModel } from '../deploy/write/promote-model.ts'
import type { CarriedOut } from '../deploy/write/propose.ts'
import { releaseHold } from '../deploy/write/release-hold.ts'
import { rollBack } from '../deploy/write/roll-back.ts'
import { unknownEnvironment } from '../unknown-name.ts'
import { maskFor } from '../without-secrets.ts'
import type { Commanded } from './commanded.ts'
import { releaseOfPull } from './comment-release.ts'
import { type CommandScope, scopeOf } from './comment-scope.ts'
import type { BotWorld } from './world.ts'

/**
 * Does what a command asks for, where its author may: by the very functions of the command line.
 *
 * @throws AssayError what keeps it from being done
 */
export async function carryOutCommand(world: BotWorld, commanded: Commanded): Promise<Answer> {
  const scope = await scopeOf(world, commanded)
  try {
    const { command } = commanded
    const permission = mayCommand(await rightsOf(scope, commanded))
    if (!permission.may) return { kind: 'refused', command: command.name, why: permission.why }
    return await DOING[command.name as Exclude<CommandName, 'help'>](world, scope, commanded)
  } finally {
    await scope.access.close()
  }
}

// --- internal ---

/** Where owners may be named; the first that is there counts. */
const CODEOWNERS_FILES = ['.github/CODEOWNERS', 'CODEOWNERS', '.gitlab/CODEOWNERS', 'docs/CODEOWNERS']

type Do = (world: BotWorld, scope: CommandScope, commanded: Commanded) => Promise<Answer>

const DOING: Record<Exclude<CommandName, 'help'>, Do> = {
  async status(world, { access, deploy, model }) {
    const ledger = await remoteLedger(access.repository, deploy.branch, model)
    const now = world.now()
    const { records, plans } = await plansOf(ledger, now)
    const rows = inventory(ledger.config, records, plans, now).filter(row => row.model === model)
    const lines = rows.map(({ environment, version, waits }) => ({
      words: `${environment}: ${version ?? 'nothing serves'}${waits === undefined ? '' : `; ${waits}`}`,
    }))
    return { kind: 'done', command: 'status', about: model, lines }
  },

  async promote(world, scope, commanded) {
    const { access, deploy, model } = scope
    const environment = commanded.command.environment!
    const version = await releaseOfPull(scope, commanded)
    if ('why' in version) return { kind: 'refused', command: 'promote', why: version.why }
    const options = { model, environment, askLive: liveAsker(world, access, deploy) }
    const [planned] = await promoteModel(world, access, deploy, { ...options, dryRun: true })
    if (
      version.version !== undefined &&
      planned?.version !== undefined &&
      planned.version !== version.version
    )
      return {
        kind: 'refused',
        command: 'promote',
        why: `${version.version} is the release of this pull request, and ${planned.version} is what may come next: ${planned.words}`,
      }
    return told(
      'promote',
      version.version,
      await promoteModel(world, access, deploy, { ...options, dryRun: false }),
    )
  },

  async rollback(world, { access, deploy, model }, commanded) {
    const { command, written } = commanded
    const asked = { model, environment: command.environment!, dryRun: false, askedAt: written.created }
    const done = await rollBack(access, deploy, { ...asked, ...askedIn(world, commanded) }, world.now())
    return told('rollback', done.version, [done])
  },

  async hold(world, { access, deploy, model }, commanded) {
    const asked = { model, environment: commanded.command.environment!, dryRun: false }
    return told('hold', model, [await holdModel(access, deploy, { ...asked, ...askedIn(world, commanded) })])
  },

  async 'release-hold'(_world, { access, deploy, model }, { command }) {
    const asked = { model, environment: command.environment!, dryRun: false }
    return told('release-hold', model, [await releaseHold(access, deploy, asked)])
  },
}

/** Who asks, why and when, as it is written down; of an older comment the same whenever it is looked at. */
function askedIn(world: BotWorld, { command, written }: Commanded) {
  const { text } = maskFor(world)
  return {
    reason: text(command.reason ?? 'no reason given'),
    by: text(written.author.login),
    since: `${new Date(written.created).toISOString().slice(0, 19)}Z`,
  }
}

function told(command: CommandName, about: string | undefined, carriedOut: readonly CarriedOut[]): Answer {
  const lines = carriedOut.map(({ model, environment, words, notes, pullRequest }) => ({
    words: [`${model} in ${environment}: ${words}`, ...notes].join('; '),
    ...(pullRequest && { url: pullRequest.url }),
  }))
  return { kind: 'done', command, ...(about !== undefined && { about }), lines }
}

/** What the forge says of the author, and whom the deploy repository names for the environment. */
async function rightsOf(
  { access, deploy, model }: CommandScope,
  { command, written }: Commanded,
): Promise<RightsFacts> {
  const { author } = written
  const { people } = access
  // Who cannot be asked lets nobody.
  if (!people) return { command, author }
  const facts = { command, author, deploy: await people.rightOf(author.login) }
  const { environment } = command
  // Who may not is told nothing of the deploy repository.
  if (environment === undefined || !mayCommand(facts).may) return facts
  const { head, config } = await readDeploy(access.repository, deploy.branch)
  const places = placesOf(config, model)
  const place = places.find(one => one.environment.name === environment)
  if (!place)
    throw unknownEnvironment(
      environment,
      places.map(one => one.environment.name),
    )
  const texts = await access.repository.readFiles(head.commit, CODEOWNERS_FILES)
  const text = CODEOWNERS_FILES.map(path => texts.get(path)).find(one => one !== undefined)
  const owners = text === undefined ? undefined : ownersOf(text, place.recordFile)
  const { reviewers } = place.environment
  if (reviewers.length === 0 && owners === undefined) return facts
  const all = [...new Set([...reviewers, ...(owners ?? [])])]
  return { ...facts, named: { people: all, isAmong: await isAmong(people, all, author.login) } }
}

async function isAmong(
  people: People,
  named: readonly string[],
  login: string,
): Promise<boolean | { why: string }> {
  if (named.some(name => name.toLowerCase() === login.toLowerCase())) return true
  let unknown: { why: string } | undefined
  for (const team of named.filter(name => name.includes('/')).slice(0, 10)) {
    const member = await people.isMember(team, login)
    if (member === true) return true
    if (typeof member === 'object') unknown ??= member
  }
  return unknown ?? false
}
