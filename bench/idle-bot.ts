import { idleHour } from '../test/support/idle-bot.ts'
import type { Row } from './main.ts'

const MODELS = 180
const DEPLOYS = 20

/** What the bot asks GitHub in an hour in which nothing happens in 200 repositories, of which twenty deploy ten models each. */
export async function benchIdleBot(): Promise<Row[]> {
  const { calls, points, byCall } = await idleHour({ models: MODELS, deploys: DEPLOYS })
  console.log(
    `the bot, an hour with ${MODELS + DEPLOYS} idle repositories: ${calls} calls, ${points} points; ${byCall['POST /graphql']} of GraphQL`,
  )
  return [
    {
      what: `the bot, ${MODELS + DEPLOYS} idle repositories`,
      value: calls,
      unit: 'calls an hour',
      bar: 1500,
    },
  ]
}
