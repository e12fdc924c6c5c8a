import type { EmulatedGithub } from '../../emulator/github.ts'
import { SECRET } from './deliveries.ts'

/** The settings of a bot that is the first App of an emulated GitHub. */
export function appSettings({ world, url }: EmulatedGithub): Record<string, string> {
  const { clientId, privateKey } = world.apps[0]!
  return {
    ASSAY_BOT_APP_ID: clientId,
    ASSAY_BOT_PRIVATE_KEY: privateKey,
    ASSAY_BOT_WEBHOOK_SECRET: SECRET,
    ASSAY_BOT_GITHUB_API_URL: url,
  }
}
