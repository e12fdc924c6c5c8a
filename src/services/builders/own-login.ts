import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { LoginVariable } from './builder-table.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface OwnLogin {
  /** As in the image's name; of Docker Hub `docker.io`. */
  host: string
  user: string
  password: string
}

/**
 * Makes a folder with a `config.json` that is the machine's own, and in which one registry has this login: no builder takes a
 * password from the environment, and on its command line everybody could read it.
 *
 * @param folder is made, for this user alone
 * @returns what the variable has to say
 */
export async function writeLogin(
  variable: LoginVariable,
  folder: string,
  login: OwnLogin,
  env: Environment,
): Promise<string> {
  const docker = env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker')
  const file = join(folder, FILE)
  await mkdir(folder, { mode: 0o700 })
  if (variable === 'DOCKER_CONFIG') {
    // Plugins and builders of Docker stand beside it.
    for (const name of await entriesOf(docker))
      if (name !== FILE) await symlink(join(docker, name), join(folder, name))
    const config = withLogin((await configIn(join(docker, FILE))) ?? {}, login)
    await writeFile(file, JSON.stringify(withoutHelper(config, login)), { mode: 0o600 })
    return folder
  }
  const runtime = env.XDG_RUNTIME_DIR
    ? join(env.XDG_RUNTIME_DIR, 'containers')
    : `/run/containers/${process.getuid?.()}`
  const places = [env.REGISTRY_AUTH_FILE, join(runtime, 'auth.json')]
  let config: Config | undefined
  for (const place of [...places, join(docker, FILE)]) config ??= place ? await configIn(place) : undefined
  await writeFile(file, JSON.stringify(withLogin(config ?? {}, login)), { mode: 0o600 })
  return file
}

// --- internal ---

const FILE = 'config.json'

interface Config {
  auths?: Record<string, unknown> | null
  credHelpers?: Record<string, unknown> | null
}

function keysOf(host: string): string[] {
  return host === 'docker.io' ? [host, 'https://index.docker.io/v1/'] : [host]
}

function withLogin(config: Config, { host, user, password }: OwnLogin): Config {
  const auth = Buffer.from(`${user}:${password}`).toString('base64')
  const helpers = Object.entries(config.credHelpers ?? {}).filter(([key]) => !keysOf(host).includes(key))
  return {
    ...config,
    auths: { ...config.auths, ...Object.fromEntries(keysOf(host).map(key => [key, { auth }])) },
    credHelpers: Object.fromEntries(helpers),
  }
}

/** Docker would ask the helper for all (`credsStore`) before the file, unless this registry has one: that of no name is none. */
function withoutHelper(config: Config, { host }: OwnLogin): Config {
  const none = Object.fromEntries(keysOf(host).map(key => [key, '']))
  return { ...config, credHelpers: { ...config.credHelpers, ...none } }
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Undefined where there is none. One that is no JSON keeps no login: no builder could read it either. */
async function configIn(file: string): Promise<Config | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const config = JSON.parse(text) as unknown
    return typeof config === 'object' && config !== null ? config : {}
  } catch {
    return {}
  }
}
