import { FORGE_NAMES, type ForgeName } from '../../src/forges/index.ts'
import { type GithubSettings, readGithub } from './github.ts'
import { type GitlabSettings, readGitlab } from './gitlab.ts'
import type { Reading } from './reading.ts'

/** What each half of the bot is set up with. */
export interface HalfSettings {
  github: GithubSettings
  gitlab: GitlabSettings
}

/** Reads what is set; a half of which nothing is set is off. */
export function readHalves(reading: Reading): Partial<HalfSettings> {
  const read = FORGE_NAMES.map(forge => [forge, SETTINGS[forge].read(reading)] as const)
  return Object.fromEntries(read.filter(([, settings]) => settings !== undefined))
}

/** What nobody may see of the halves that are on. */
export function halfSecrets(settings: Partial<HalfSettings>): string[] {
  return FORGE_NAMES.flatMap(forge => secretsIn(forge, settings))
}

// --- internal ---

interface SettingsRow<Own> {
  /** Undefined where nothing of it is set; where something is, all of it must be. */
  read(reading: Reading): Own | undefined
  secrets(settings: Own): string[]
}

/** The settings of a forge, as far as they are read before anything is loaded; `HALVES` has the rest of the half. */
const SETTINGS: { [Forge in ForgeName]: SettingsRow<HalfSettings[Forge]> } = {
  github: { read: readGithub, secrets: ({ privateKey, secrets }) => [privateKey, ...secrets] },
  gitlab: {
    read: readGitlab,
    secrets: ({ token, hooks }) => [
      token,
      'signing' in hooks ? hooks.signing.toString('base64') : hooks.token,
    ],
  },
}

function secretsIn<Forge extends ForgeName>(forge: Forge, settings: Partial<HalfSettings>): string[] {
  const own: HalfSettings[Forge] | undefined = settings[forge]
  return own ? SETTINGS[forge].secrets(own) : []
}
