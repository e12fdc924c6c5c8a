import { FORGE_NAMES, type ForgeName } from '../../src/forges/index.ts'
import { GITHUB_SIGN_IN, type GithubSettings, readGithub } from './github.ts'
import { GITLAB_SIGN_IN, type GitlabSettings, readGitlab } from './gitlab.ts'
import type { Reading } from './reading.ts'
import type { PageClient, SignInSettings } from './sign-in.ts'

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

/** What a sign-in at a forge is set up by; undefined where people cannot sign in. */
export function signInOf(forge: ForgeName): Pick<SignInSettings<unknown>, 'variables' | 'off'> | undefined {
  return SETTINGS[forge].signIn
}

/** What people sign in to at a forge; undefined where they cannot, or its half is off. */
export function readClient<Forge extends ForgeName>(
  forge: Forge,
  reading: Reading,
  settings: Partial<HalfSettings>,
): PageClient | undefined {
  const own: HalfSettings[Forge] | undefined = settings[forge]
  return own && SETTINGS[forge].signIn?.client(reading, own)
}

// --- internal ---

interface SettingsRow<Own> {
  /** Undefined where nothing of it is set; where something is, all of it must be. */
  read(reading: Reading): Own | undefined
  secrets(settings: Own): string[]
  /** Absent where people cannot sign in; `HALVES` says then that they cannot. */
  signIn?: SignInSettings<Own>
}

/** The settings of a forge, as far as they are read before anything is loaded; `HALVES` has the rest of the half. */
const SETTINGS: { [Forge in ForgeName]: SettingsRow<HalfSettings[Forge]> } = {
  github: {
    read: readGithub,
    secrets: ({ privateKey, secrets }) => [privateKey, ...secrets],
    signIn: GITHUB_SIGN_IN,
  },
  gitlab: {
    read: readGitlab,
    secrets: ({ token, hooks }) => [
      token,
      'signing' in hooks ? hooks.signing.toString('base64') : hooks.token,
    ],
    signIn: GITLAB_SIGN_IN,
  },
}

function secretsIn<Forge extends ForgeName>(forge: Forge, settings: Partial<HalfSettings>): string[] {
  const own: HalfSettings[Forge] | undefined = settings[forge]
  return own ? SETTINGS[forge].secrets(own) : []
}
