import { renderRelease } from '../../src/core/release/record-file.ts'
import { withManifests } from '../support/manifests.ts'
import { release } from '../support/releases.ts'
import { type BotScene, deployFiles } from './scene.ts'

/** A release of the model serves in staging; its promotion into production waits for approval. */
export async function writeFraud(scene: BotScene): Promise<void> {
  const { 'README.md': _, ...files } = deployFiles('fraud') as Record<string, string>
  const record = 'apps/fraud/overlays/staging/model-release.yaml'
  const kustomization = 'apps/fraud/overlays/staging/kustomization.yaml'
  const released = withManifests({ [record]: renderRelease(release(1, 'fraud')) }, 'fraud')
  const { [kustomization]: __, ...others } = files
  await scene.write('deploy', { ...others, ...(released as Record<string, string>) })
  await scene.settled()
}

export function pageAt(scene: BotScene): (path: string, cookie?: string) => Promise<Response> {
  return (path, cookie) =>
    fetch(`http://127.0.0.1:${scene.bot.port}${path}`, {
      redirect: 'manual',
      headers: cookie === undefined ? {} : { cookie },
    })
}

export function cookieIn(answer: Response, name: string): string | undefined {
  return answer.headers
    .getSetCookie()
    .find(one => one.startsWith(`${name}=`))
    ?.split(';')[0]
}

/** Where the forge sends the browser back to, and the cookie that the sign-in began with. */
export async function begun(
  scene: BotScene,
  login: string,
  denies = false,
): Promise<{ start: Response; asked: URL; back: URL; cookie: string }> {
  scene.github.control.browse(login, denies)
  const start = await pageAt(scene)('/sign-in')
  const asked = new URL(start.headers.get('location')!)
  const there = await fetch(asked, { redirect: 'manual' })
  return {
    start,
    asked,
    back: new URL(there.headers.get('location')!),
    cookie: cookieIn(start, 'assay-sign-in')!,
  }
}

/** The cookie of somebody who has signed in. */
export async function signedIn(scene: BotScene, login: string): Promise<string> {
  const { back, cookie } = await begun(scene, login)
  return cookieIn(await pageAt(scene)(back.pathname + back.search, cookie), 'assay-session')!
}
