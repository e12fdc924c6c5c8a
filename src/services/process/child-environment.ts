type Environment = Readonly<Record<string, string | undefined>>

/**
 * What a program is started for. Every child of Assay gets its environment here and nowhere else:
 *
 * - `command`: the user's own. The job's environment without what belongs to Assay or to the runner it is in.
 * - `git`: only what git needs to run.
 * - `git_remote`: git that talks to a server, by the machine's own settings: their helpers read variables of the job.
 * - `credential_helper`: what a keeper of logins for registries needs to run and to reach its cloud or the desktop's keys.
 * - `builder`: what a builder of images is set by, needs to run, to reach its daemon and registries, and to log in there.
 * - `renderer`: nothing of the job.
 * - `tool`: only what a program needs to be found and to run.
 */
export type Purpose = 'command' | 'git' | 'git_remote' | 'credential_helper' | 'builder' | 'renderer' | 'tool'

/** @param extra what this one call needs besides; it comes last */
export function childEnvironment(
  purpose: Purpose,
  env: Environment,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const kept = Object.entries(env).filter(([name, value]) => value !== undefined && KEEPS[purpose](name))
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...extra }
}

// --- internal ---

/**
 * Assay's: inputs of the action, everything named ASSAY_ (what a command is told comes as `extra`), the token for Argo CD. The
 * runner's: files by which a step speaks to later ones, and what opens its caches, artifacts and identity.
 */
const OURS =
  /^(?:INPUT_.*|ASSAY_.*|ARGOCD_AUTH_TOKEN(?:_\w+)?|ACTIONS_.*|GITHUB_(?:ENV|PATH|OUTPUT|STATE|STEP_SUMMARY)|STATE_.*)$/i

/** How git reaches and trusts its remote, as the job says. Variables of git that point it elsewhere are left out. */
const OF_GIT =
  /^GIT_(?:SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|SSL_\w+|HTTP_\w+|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))$/
/** Programs that git would start for a person, and simple-git refuses to pass on. */
const FOR_PEOPLE = /^(?:EDITOR|VISUAL|PAGER|PREFIX)$/i

const TO_RUN =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TZ|TMPDIR|TMP|TEMP|XDG_\w+|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|SYSTEMROOT|WINDIR|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES\S*|HOMEDRIVE|HOMEPATH|USERPROFILE)$/i
const TO_CONNECT =
  /^(?:SSH_AUTH_SOCK|SSH_AGENT_PID|SSH_ASKPASS|SSH_ASKPASS_REQUIRE|DISPLAY|\w+_PROXY|SSL_CERT_(?:FILE|DIR)|CURL_CA_BUNDLE|KRB5\w+)$/i
/** Of ECR, Artifact Registry and ACR, and where `pass` and the secret service keep theirs. */
const OF_LOGINS =
  /^(?:DOCKER_CONFIG|(?:AWS|GOOGLE|CLOUDSDK|AZURE)_\w+|GNUPGHOME|PASSWORD_STORE_\w+|DBUS_SESSION_BUS_ADDRESS)$/
const OF_BUILDERS =
  /^(?:(?:DOCKER|BUILDX|BUILDKIT|BUILDAH|CONTAINERS?|STORAGE|KANIKO|FF_KANIKO|PODMAN)_\w+|REGISTRY_AUTH_FILE|KUBECONFIG)$/
const OF_GPUS = /^(?:CUDA|NVIDIA|ROCR|HIP)_\w+$/

const isOfGit = (name: string) => !/^GIT_/i.test(name) || OF_GIT.test(name)

function mayLogIn(name: string): boolean {
  return TO_RUN.test(name) || TO_CONNECT.test(name) || OF_LOGINS.test(name)
}

const KEEPS: Record<Purpose, (name: string) => boolean> = {
  command: name => !OURS.test(name),
  git: name => OF_GIT.test(name) || TO_RUN.test(name) || TO_CONNECT.test(name),
  git_remote: name => !OURS.test(name) && !FOR_PEOPLE.test(name) && isOfGit(name),
  credential_helper: mayLogIn,
  builder: name => mayLogIn(name) || OF_BUILDERS.test(name),
  renderer: () => false,
  tool: name => TO_RUN.test(name) || OF_GPUS.test(name),
}
