import { isAssayError } from './errors.ts'

/**
 * Why a server refused, by its own words. One table for what git servers and the forges' APIs say: whether the same call may
 * succeed in a moment, and what a person has to do. A status code alone tells neither.
 */
export type RefusalReason =
  | 'name_taken'
  | 'server_storage'
  | 'base_moved'
  | 'held_lock'
  | 'secret_found'
  | 'branch_rules'
  | 'protected_branch'
  | 'approval_missing'
  | 'check_missing'
  | 'conflict'
  | 'file_too_large'
  | 'private_email'
  | 'workflow_permission'
  | 'archived'
  | 'single_sign_on'
  | 'ip_not_allowed'
  | 'token_kind_not_allowed'
  | 'suspended'
  | 'conversation_locked'
  | 'feature_off'
  | 'ref_not_seen_yet'
  | 'no_commits_between'
  | 'reviewer_unknown'
  | 'text_too_long'
  | 'token_expired'
  | 'bad_credentials'
  | 'no_permission'
  | 'not_found'
  | 'unavailable'
  | 'certificate'
  | 'no_connection'
  | 'hook_declined'

/** What an error keeps of it as its cause, for code that decides what to do next. */
export interface RefusalCause {
  reason?: RefusalReason
}

interface Row {
  /** What the server writes. The first row whose words are there is the reason. */
  says: RegExp
  advice: string
  /** The same call may succeed in a moment, and refused as it was it did nothing. */
  waits?: true
}

/** In this order: a row may rely on those above it not having been meant. */
export const REFUSALS: Record<RefusalReason, Row> = {
  name_taken: {
    says: /'refs\/[^']*' exists; cannot create|directory\/file conflict/i,
    advice: 'Delete or rename the branch that stands in the way',
  },
  server_storage: {
    says: /no space left on device|disk quota exceeded|read-only file system|unable to create '[^']*': permission denied|insufficient permission for adding an object/i,
    advice:
      'The server cannot write this repository: whoever runs it has to make room or give its git user the files',
  },
  base_moved: {
    says: /base branch was modified|head branch was modified|head sha didn't match|SHA does not match HEAD|\bis at [0-9a-f]+ but expected|reference already exists|incorrect old value provided|\(stale info\)/i,
    advice: 'Somebody was faster: run again, and what is there by then is looked at anew',
    waits: true,
  },
  held_lock: {
    says: /cannot lock ref|failed to update ref|another git process|unable to create '[^']*\.lock'|another update to this \S+ \S+ is in progress/i,
    advice:
      'Another push holds the branch: run again. Where it stays so, a push has died and left its lock behind (the file ends in `.lock`): whoever runs the server removes it',
    waits: true,
  },
  secret_found: {
    says: /GH009|push cannot contain secrets|push protection|secret (?:detected|scanning)/i,
    advice:
      'Take what looks like a secret out of what is written, and revoke it; where it is none, allow it by the link that the server names',
  },
  branch_rules: {
    says: /GH013|repository rule violations?|push rule|branch name .* does not follow the pattern|commit message does not follow the pattern|must have verified signatures/i,
    advice:
      'A rule of the repository forbids it: do what it asks for, let the account or app bypass it, or change it for branches that begin with `assay/`',
  },
  protected_branch: {
    says: /GH006|protected branch|protected ref|changes must be made through a pull request|can only be modified through pull requests|you must use a pull request|not allowed to (?:force )?push (?:code )?to (?:this |a )?protected/i,
    advice:
      'The branch is protected: let the account or app push to it in the rules of the branch, or name a branch that takes pull requests only and let Assay propose',
  },
  approval_missing: {
    says: /at least \d+ approving review|review is required|changes (?:were )?requested|code owner review/i,
    advice: 'Have it approved as the rules of its branch ask, then run again',
  },
  check_missing: {
    says: /required status check|checks? (?:are|is|have) (?:expected|pending|failing|not)/i,
    advice: 'The checks that its branch requires have to pass first: run again after that',
  },
  conflict: {
    says: /merge conflict|not mergeable|cannot be merged/i,
    advice: 'Run again: the change is made anew on the newest base. Where it stays so, resolve the conflict',
  },
  file_too_large: {
    says: /GH001|exceeds .{0,60}file size limit|larger than the maximum|pack exceeds maximum allowed size/i,
    advice: 'A file is too large for the server: keep models in a registry or LFS, and their address in git',
  },
  private_email: {
    says: /GH007|would publish a private email/i,
    advice: 'Let the account write with its no-reply address, or allow its e-mail address to be seen',
  },
  workflow_permission: {
    says: /refusing to allow .* to (?:create or )?update workflow/i,
    advice: 'Give the token `workflows: write`, or keep workflow files out of what is deployed',
  },
  archived: {
    says: /\barchived\b.*\bread-only\b|repository (?:is|was|has been) archived|project is archived|archived project/i,
    advice: 'The repository is archived and takes nothing: unarchive it, or name the one that took its place',
  },
  single_sign_on: {
    says: /\bSAML\b|single sign-on|\bSSO\b/i,
    advice:
      'The organization asks for single sign-on: authorize this token for the organization, or use the token of an app that is installed there',
  },
  ip_not_allowed: {
    says: /\bIP (?:address )?(?:allow(?:ed)?[ -]?list|is not (?:permitted|allowed)|not (?:permitted|allowed))|IP address is not permitted/i,
    advice:
      'The organization lets in known addresses only: run on a runner whose address is on its allow list',
  },
  token_kind_not_allowed: {
    says: /forbids access via a|token'?s lifetime is greater|not allowed to use (?:classic|fine-grained)|personal access tokens? (?:is|are) (?:not allowed|disabled)/i,
    advice: 'The organization does not take this kind of token: use that of an app that is installed there',
  },
  suspended: {
    says: /installation has been suspended|account (?:was|is|has been) (?:suspended|blocked)|\baccess blocked\b|your account has been blocked/i,
    advice: 'The app or the account is suspended: an owner of the organization has to lift that',
  },
  conversation_locked: {
    says: /(?:issue|pull request|merge request|conversation|discussion) is locked|locked (?:issue|conversation|discussion)|unable to create comment because/i,
    advice:
      'The conversation is locked: unlock it, or give the account write access to the repository; the verdict is in the check, the log and the output folder all the same',
  },
  feature_off: {
    says: /(?:issues|pull requests|merge requests|discussions) (?:are|has been|have been) disabled/i,
    advice: 'Turn the feature on in the settings of the repository',
  },
  ref_not_seen_yet: {
    says: /"field":"(?:head|base)","code":"invalid"|"code":"invalid","field":"(?:head|base)"|(?:source|target)_?\s?branch.{0,30}(?:does not exist|invalid|not found)|\bhead (?:sha|ref) can't be blank/i,
    advice: 'The forge does not know the branch yet: run again in a minute',
    waits: true,
  },
  no_commits_between: {
    says: /no commits between|no (?:changes|differences) between/i,
    advice:
      'The branch holds nothing that its base does not hold: there is nothing to propose. Was it merged or reset meanwhile, run again',
  },
  reviewer_unknown: {
    says: /reviews may only be requested from collaborators|could not resolve to a node|review cannot be requested from/i,
    advice: 'Name people or teams who may write in the repository',
  },
  text_too_long: {
    says: /\bis too long\b|body is too (?:long|large)/i,
    advice: 'Shorten what is written there; the whole report is in the output folder',
  },
  token_expired: {
    says: /token (?:is|has) expired|token was revoked|expired token|re-authorization or token refresh/i,
    advice:
      'The token has expired: make it after the training, or give a longer-lived one; then run the step again',
  },
  bad_credentials: {
    says: /bad credentials|authentication failed|invalid username or (?:password|token)|could not read (?:username|password)|HTTP Basic: Access denied|invalid_token|requires authentication|returned error: 401|permission denied \(publickey/i,
    advice: 'The token is wrong or has expired: give a valid one',
  },
  no_permission: {
    says: /not accessible by (?:integration|personal access token)|permission to \S+ denied|write access to repository not granted|insufficient_scope|not allowed to (?:push|upload|create)|must have (?:admin|push|write)|returned error: 403|access denied|deploy key .*read.only/i,
    advice:
      'Give the token the permission for this call; in a workflow that is the `permissions:` of the job, and a pull request from a fork has none to write',
  },
  not_found: {
    says: /repository not found|repository '[^']*' not found|does not appear to be a git repository|project you were looking for could not be found|returned error: 404/i,
    advice: 'Check the name; a token without access to the repository gets the same answer',
  },
  unavailable: {
    says: /returned error: (?:429|5\d\d)|internal API (?:error|unreachable)|internal server error|service unavailable|try again later/i,
    advice: 'The server has trouble; run again later',
    waits: true,
  },
  certificate: {
    says: /SSL certificate problem|certificate verif|self.signed certificate|unable to get local issuer|host key verification failed/i,
    advice:
      'Give git the right authority (`GIT_SSL_CAINFO`), for ssh the host key (`known_hosts`); Assay never ignores them',
  },
  no_connection: {
    says: /could not resolve (?:host|proxy)|failed to connect|couldn't connect|connection (?:refused|timed out|reset)|recv failure|empty reply|early EOF|unexpected disconnect|RPC failed|remote end hung up/i,
    advice: 'Check the network, the proxy and the address, then run again',
    waits: true,
  },
  hook_declined: {
    says: /hook declined|declined by .*hook/i,
    advice:
      'A hook of the server refused it, for the reason above: change what it asks for, or let the account pass it',
  },
}

/**
 * Milliseconds before each new try at a branch whose lock somebody holds, three seconds in all: what names the commit that it
 * goes out from can be tried again.
 */
export const LOCK_PAUSES_MS = [50, 200, 800, 2000]

/** The reason in a server's words; undefined where none is known. */
export function refusalIn(words: string): RefusalReason | undefined {
  const rows = Object.entries(REFUSALS) as [RefusalReason, Row][]
  const reason = rows.find(([, row]) => row.says.test(words))?.[0]
  // A hook may print whatever it likes: what it says of refs is none of git's.
  const isOfRefs = reason === 'held_lock' || reason === 'base_moved' || reason === 'name_taken'
  return isOfRefs && REFUSALS.hook_declined.says.test(words) ? 'hook_declined' : reason
}

/** Whether the same call may succeed in a moment. Of a reason that nobody knows, nothing is hoped. */
export function waitingHelps(reason: RefusalReason | undefined): boolean {
  return reason !== undefined && REFUSALS[reason].waits === true
}

/** The reason that an error was made with. */
export function reasonOf(error: unknown): RefusalReason | undefined {
  if (!isAssayError(error)) return undefined
  return (error.cause as RefusalCause | undefined)?.reason
}
