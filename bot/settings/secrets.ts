import type { Settings } from './settings.ts'

/** Everything in the settings that nobody may see. */
export function secretsOf({ github, gitlab, page, alerts }: Settings): string[] {
  return [
    ...(github ? [github.privateKey, ...github.secrets] : []),
    ...(alerts ?? []).map(({ token }) => token),
    ...(page ? [page.signIn === 'proxy' ? page.secret : page.clientSecret] : []),
    ...(gitlab ? [gitlab.token, hookSecret(gitlab.hooks)] : []),
  ]
}

// --- internal ---

function hookSecret(hooks: NonNullable<Settings['gitlab']>['hooks']): string {
  return 'signing' in hooks ? hooks.signing.toString('base64') : hooks.token
}
