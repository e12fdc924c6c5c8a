import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DEPLOY_REPO } from './cast.ts'
import { type Github, pushToGithub } from './emulator.ts'
import { git, gitAt } from './git.ts'

const EXAMPLE = fileURLToPath(new URL('../examples/deploy-repo', import.meta.url))

/**
 * The manifests as the platform team wrote them; nothing is promoted yet.
 *
 * @param watched what its configuration says besides
 * @param from the folder with them. Default: those of several models
 */
export async function createDeployRepo(
  temp: string,
  github: Github,
  watched: (config: string) => string = config => config,
  from = EXAMPLE,
): Promise<void> {
  const folder = join(temp, 'deploy')
  await cp(from, folder, { recursive: true })
  const file = join(folder, 'assay-deploy.yml')
  await writeFile(file, watched(await readFile(file, 'utf8')))
  await git(temp, 'init', '--quiet', '--initial-branch=main', folder)
  await git(folder, 'add', '--all')
  await gitAt('2026-03-01T09:00:00Z', folder, 'commit', '--quiet', '-m', 'Manifests, and assay-deploy.yml')
  await pushToGithub(github, DEPLOY_REPO, folder, 'main')
}
