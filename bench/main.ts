import { statSync } from 'node:fs'
import { benchBot } from './bot.ts'
import { benchCollector } from './collector.ts'
import { benchFleet } from './fleet.ts'
import { benchIdleBot } from './idle-bot.ts'
import { benchInventory } from './inventory.ts'
import { benchLargeManifest } from './large-manifest.ts'
import { benchManyModels } from './many-models.ts'
import { benchManyModelsElsewhere } from './many-models-elsewhere.ts'
import { benchMillion } from './million.ts'
import { benchPlainGitProcess } from './plain-git-process.ts'
import { benchProfile } from './profile.ts'
import { benchPromotion } from './promotion.ts'
import { benchPush } from './push.ts'
import { benchScan } from './scan.ts'
import { benchStart } from './start.ts'
import { benchWeigh } from './weigh.ts'

/** One measured figure against its bar; smaller is better. */
export interface Row {
  what: string
  value: number
  unit: string
  bar: number
}

const rows: Row[] = [
  ...(await benchStart()),
  ...(await benchMillion()),
  ...(await benchProfile()),
  ...benchWeigh(),
  ...benchScan(),
  ...(await benchPush()),
  ...benchInventory(),
  ...(await benchPromotion()),
  ...(await benchPlainGitProcess()),
  ...(await benchManyModels()),
  ...(await benchManyModelsElsewhere()),
  ...benchLargeManifest(),
  ...(await benchBot()),
  ...(await benchIdleBot()),
  ...(await benchCollector()),
  ...(await benchFleet()),
  { what: 'size of dist/action.js', value: statSync('dist/action.js').size / 1e6, unit: 'MB', bar: 4 },
]
console.log('| what | measured | bar | |\n|---|--:|--:|---|')
for (const { what, value, unit, bar } of rows)
  console.log(
    `| ${what} | ${value.toFixed(2)} ${unit} | ≤ ${bar} | ${value <= bar ? 'reached' : 'NOT reached'} |`,
  )
