import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { AssayError } from '../core/errors/errors.ts'
import {
  type InventoryRow,
  renderInventoryCsv,
  renderInventoryJson,
  renderInventoryTable,
} from '../core/promotion/inventory.ts'
import { renderError } from '../core/text/error-text.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import { inWordsOf } from './command/faces.ts'
import type { INVENTORY_OPTIONS } from './command/options.ts'
import { unknownEnvironment, unknownModel } from './command/unknown-name.ts'
import { cloneLedger } from './deploy/ledger/clone.ts'
import type { Ledger } from './deploy/ledger/ledger.ts'
import { remoteLedger } from './deploy/ledger/remote.ts'
import { ledgerRows } from './deploy/ledger/rows.ts'
import { DEPLOY_FILE, findDeployBranch, withDeploy } from './deploy/read/deploy-branch.ts'
import { sayNewer } from './deploy/read/newer-records.ts'
import { checkReached, unreached } from './deploy/read/sites.ts'

type Options = OptionValues<typeof INVENTORY_OPTIONS>

/**
 * Lists what serves where, and what waits. A record that cannot be read is a row that says so, and so is an environment that is not
 * reached.
 */
export async function run(context: Context, options: Options): Promise<CommandResult> {
  const render = RENDERERS[options.format]
  const clone = isClone(context, options) ? await cloneLedger(context, options.model) : undefined
  // A clone has one branch checked out.
  const isWhole = clone?.config.environments.every(({ site }) => site === undefined)
  const { rows, problems } =
    clone && isWhole ? await rowsOf(context, options, clone) : await remoteRows(context, options)
  // A table for another program has nothing but rows in it.
  for (const error of problems) context.log.warn(renderError(inWordsOf(context.face, error)))
  // The face ends what it prints with a line end of its own.
  return { exitCode: problems.length > 0 ? 2 : 0, text: render(rows).replace(/\n$/, ''), json: rows }
}

// --- internal ---

const RENDERERS: Record<Options['format'], (rows: readonly InventoryRow[]) => string> = {
  table: renderInventoryTable,
  json: renderInventoryJson,
  csv: renderInventoryCsv,
}

/** On a laptop, in a clone of the deploy repository: what lies there is enough. */
function isClone({ ci, folder }: Context, options: Options): boolean {
  const isNamed = options['deploy-repo'] !== undefined || options['deploy-branch'] !== undefined
  return !isNamed && ci.repository === undefined && existsSync(join(folder, DEPLOY_FILE))
}

interface Listed {
  rows: InventoryRow[]
  /** Why environments were not looked at. */
  problems: AssayError[]
}

async function remoteRows(context: Context, options: Options): Promise<Listed> {
  const deploy = await findDeployBranch(context, options)
  return withDeploy(context, deploy, async access =>
    rowsOf(context, options, await remoteLedger({ access, deploy }, options.model, { mayLack: 'any' })),
  )
}

async function rowsOf(context: Context, options: Options, ledger: Ledger): Promise<Listed> {
  const { model, environment } = options
  const { config, models } = ledger
  checkReached(ledger, environment)
  const names = config.environments.map(({ name }) => name)
  if (environment !== undefined && !names.includes(environment)) throw unknownEnvironment(environment, names)
  if (model !== undefined && !models.includes(model)) throw unknownModel(model, models)
  const { records, rows } = await ledgerRows(ledger, context.now())
  sayNewer(
    context,
    records.flatMap(record => ('release' in record ? [record.release] : [])),
  )
  const all = [...rows, ...unseenRows(ledger, model)].sort((a, b) => order(a.model, b.model))
  return {
    rows: all.filter(row => environment === undefined || row.environment === environment),
    problems: environment === undefined ? unreached(ledger) : [],
  }
}

/** What serves there nobody knows, and that is said of each model that may. */
function unseenRows({ lacking, models, config }: Ledger, only: string | undefined): InventoryRow[] {
  return models
    .filter(model => only === undefined || model === only)
    .flatMap(model =>
      lacking
        .filter(({ environment }) => !config.models[model]?.skip?.includes(environment))
        .map(({ environment, why }) => ({ model, environment, waits: `not seen: ${why}` })),
    )
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
