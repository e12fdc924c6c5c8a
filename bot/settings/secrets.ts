import type { Settings } from './settings.ts'

/** Everything in the settings that nobody may see. */
export function secretsOf({ github, gitlab, page }: Settings): string[] {
  return [
    ...(github ? [github.privateKey, ...github.secrets] : []),
    ...(page ? [page.signIn === 'proxy' ? page.secret : page.clientSecret] : []),
    ...(gitlab ? [gitlab.token, hookSecret(gitlab.hooks)] : []),
  ]
}

// --- internal ---

function hookSecret(hooks: NonNullable<Settings['gitlab']>['hooks']): string {
  return 'signing' in hooks ? hooks.signing.toString('base64') : hooks.token
}
