import type { CommandName } from '../../../core/chatops/grammar.ts'
import type { Answer } from '../../../core/chatops/replies.ts'
import { mayCommand } from '../../../core/chatops/rights.ts'
import { remoteLedger } from '../../deploy/ledger/remote.ts'
import { ledgerRows } from '../../deploy/ledger/rows.ts'
import { answerAsker } from '../../deploy/live/ask-answer.ts'
import { controllerAsker } from '../../deploy/live/ask-controller.ts'
import { liveAsker } from '../../deploy/live/ask-live.ts'
import { promoteModel } from '../../deploy/promote/promote-model.ts'
import { wayBackAsker } from '../../deploy/promote/way-back.ts'
import { checkReached, openSites } from '../../deploy/read/sites.ts'
import type { Lacking } from '../../deploy/read/state.ts'
import { asAsked } from '../../deploy/write/asked-by.ts'
import { holdModel } from '../../deploy/write/hold.ts'
import type { CarriedOut } from '../../deploy/write/propose.ts'
import { releaseHold } from '../../deploy/write/release-hold.ts'
import { rollBack } from '../../deploy/write/roll-back.ts'
import { canaryOfWatch } from '../canary-asker.ts'
import type { BotWorld } from '../world.ts'
import type { Commanded, Later } from './commanded.ts'
import { releaseOfPull } from './release.ts'
import { retrain } from './retrain.ts'
import { reweigh } from './reweigh.ts'
import { rightsOf } from './rights.ts'
import { type CommandScope, scopeOf } from './scope.ts'
import { waive } from './waive.ts'

/**
 * Does what a command asks for, where its author may: by the very functions of the command line.
 *
 * @throws AssayError what keeps it from being done
 */
export function carryOutCommand<N extends CommandName>(
  world: BotWorld,
  commanded: Commanded<N>,
): Promise<Answer | Later> {
  const { name } = commanded.command
  return DOING[name](world, commanded)
}

// --- internal ---

type Do<N extends CommandName> = (world: BotWorld, commanded: Commanded<N>) => Promise<Answer | Later>

/** What is about the deploy repository, for those who may have it done there. */
function inDeploy<N extends CommandName>(
  work: (world: BotWorld, scope: CommandScope, commanded: Commanded<N>) => Promise<Answer>,
): Do<N> {
  return async (world, commanded) => {
    const scope = await scopeOf(world, commanded)
    try {
      const permission = mayCommand(await rightsOf(scope, commanded))
      if (!permission.may) return { kind: 'refused', command: commanded.command.name, why: permission.why }
      return await work(world, scope, commanded)
    } finally {
      await scope.access.close()
    }
  }
}

const DOING: { [N in CommandName]: Do<N> } = {
  help: async () => ({ kind: 'help' }),
  waive,
  retrain,
  reweigh,

  status: inDeploy(async (world, { access, deploy, model }) => {
    // Whoever reads this comment may not be let into another repository.
    const ledger = await remoteLedger({ access, deploy }, model, { isWithin: true, mayLack: 'any' })
    const { rows } = await ledgerRows(ledger, world.now())
    const own = rows.filter(row => row.model === model)
    const lines = own.map(({ environment, version, waits }) => ({
      words: `${environment}: ${version ?? 'nothing serves'}${waits === undefined ? '' : `; ${waits}`}`,
    }))
    return { kind: 'done', command: 'status', about: model, lines: [...lines, ...unseen(ledger.lacking)] }
  }),

  promote: inDeploy(async (world, scope, commanded) => {
    const { access, deploy, model } = scope
    const environment = commanded.command.environment
    const version = await releaseOfPull(scope, commanded)
    if ('why' in version) return { kind: 'refused', command: 'promote', why: version.why }
    const askCanary = canaryOfWatch(world, { forge: commanded.key.repository.forge, name: deploy.name })
    const askWayBack = wayBackAsker(access.repository, deploy.branch)
    const askAnswer = answerAsker(world, deploy, 'named')
    const asking = { askLive: liveAsker(world), askAnswer, askCanary, askWayBack }
    const [home] = await openSites({ access, deploy }, { mayLack: 'any' })
    checkReached(home, environment)
    const leaves = home.lacking
    const options = { model, environment, leaves, ...asking, askController: controllerAsker(world, deploy) }
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
  }),

  rollback: inDeploy(async (world, { access, deploy, model }, commanded) => {
    const { command, written } = commanded
    const asked = { model, environment: command.environment, dryRun: false, askedAt: written.created }
    const done = await rollBack({ access, deploy }, { ...asked, ...askedIn(world, commanded) }, world.now())
    return told('rollback', done.version, [done])
  }),

  hold: inDeploy(async (world, { access, deploy, model }, commanded) => {
    const asked = { model, environment: commanded.command.environment, dryRun: false }
    return told('hold', model, [
      await holdModel({ access, deploy }, { ...asked, ...askedIn(world, commanded) }),
    ])
  }),

  'release-hold': inDeploy(async (_world, { access, deploy, model }, { command }) => {
    const asked = { model, environment: command.environment, dryRun: false }
    return told('release-hold', model, [await releaseHold({ access, deploy }, asked)])
  }),
}

/** Of an older comment the same whenever it is looked at. */
function askedIn(world: BotWorld, { command, written }: Commanded<'rollback' | 'hold'>) {
  const { reason = 'no reason given' } = command
  return asAsked(world, { reason, by: written.author.login, at: written.created })
}

function unseen(lacking: readonly Lacking[]): { words: string }[] {
  return lacking.map(({ environment, why }) => ({ words: `${environment}: not looked at, ${why}` }))
}

function told(command: CommandName, about: string | undefined, carriedOut: readonly CarriedOut[]): Answer {
  const lines = carriedOut.map(({ model, environment, words, notes, pullRequest }) => ({
    words: [`${model} in ${environment}: ${words}`, ...notes].join('; '),
    ...(pullRequest && { url: pullRequest.url }),
  }))
  return { kind: 'done', command, ...(about !== undefined && { about }), lines }
}
