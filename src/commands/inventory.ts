import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type InventoryRow,
  renderInventoryCsv,
  renderInventoryJson,
  renderInventoryTable,
} from '../core/promotion/inventory.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import type { INVENTORY_OPTIONS } from './command/options.ts'
import { unknownEnvironment, unknownModel } from './command/unknown-name.ts'
import { cloneLedger } from './deploy/ledger/clone.ts'
import type { Ledger } from './deploy/ledger/ledger.ts'
import { remoteLedger } from './deploy/ledger/remote.ts'
import { ledgerRows } from './deploy/ledger/rows.ts'
import { DEPLOY_FILE, findDeployBranch, withDeploy } from './deploy/read/deploy-branch.ts'
import { sayNewer } from './deploy/read/newer-records.ts'

type Options = OptionValues<typeof INVENTORY_OPTIONS>

/** Lists what serves where, and what waits. A record that cannot be read is a row that says so. */
export async function run(context: Context, options: Options): Promise<CommandResult> {
  const render = RENDERERS[options.format]
  const clone = isClone(context, options) ? await cloneLedger(context, options.model) : undefined
  // A clone has one branch checked out.
  const isWhole = clone?.config.environments.every(({ site }) => site === undefined)
  const rows = clone && isWhole ? await rowsOf(context, options, clone) : await remoteRows(context, options)
  // The face ends what it prints with a line end of its own.
  return { exitCode: 0, text: render(rows).replace(/\n$/, ''), json: rows }
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

async function remoteRows(context: Context, options: Options): Promise<InventoryRow[]> {
  const deploy = await findDeployBranch(context, options)
  return withDeploy(context, deploy, async access =>
    rowsOf(context, options, await remoteLedger({ access, deploy }, options.model)),
  )
}

async function rowsOf(context: Context, options: Options, ledger: Ledger): Promise<InventoryRow[]> {
  const { model, environment } = options
  const { config, models } = ledger
  const names = config.environments.map(({ name }) => name)
  if (environment !== undefined && !names.includes(environment)) throw unknownEnvironment(environment, names)
  if (model !== undefined && !models.includes(model)) throw unknownModel(model, models)
  const { records, rows } = await ledgerRows(ledger, context.now())
  sayNewer(
    context,
    records.flatMap(record => ('release' in record ? [record.release] : [])),
  )
  return rows.filter(row => environment === undefined || row.environment === environment)
}
