import { execFile } from 'node:child_process'
import { inject } from 'vitest'
import { gitEnvironment } from '../support/git-repository.ts'
import { ARGOCD } from './cluster.ts'
import { commitToModels } from './repositories.ts'

/** What a command printed, both streams, and its exit code. */
export interface Told {
  code: number
  text: string
}

/** Runs the real command line in the models' repository, as a job does. */
export function assay(parameters: string[], env: Record<string, string> = {}): Promise<Told> {
  const main = new URL('../../cli/main.ts', import.meta.url).pathname
  const { PATH = '', TMPDIR = '' } = process.env
  const { GIT_CONFIG_GLOBAL, GIT_CONFIG_SYSTEM } = gitEnvironment() as Record<string, string>
  const all = { PATH, TMPDIR, HOME: TMPDIR, NO_COLOR: '1', GIT_CONFIG_GLOBAL, GIT_CONFIG_SYSTEM }
  const options = {
    cwd: inject('repositories').models,
    env: { ...all, ARGOCD_AUTH_TOKEN: inject('tokens').assay, ARGOCD_SERVER: ARGOCD, ...env },
    timeout: 300_000,
  }
  return new Promise(resolve =>
    execFile(process.execPath, [main, ...parameters], options, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, text: `${out}${err}` })
    }),
  )
}

/** A new commit of the models, judged and released. The digest is made of the characters. */
export async function release(model: string, digest: string, uri: string): Promise<Told> {
  commitToModels(inject('repositories'), `${model} ${uri}`)
  const judged = await assay(['evaluate', '--model', model])
  if (judged.code !== 0) throw new Error(judged.text)
  const image = `ghcr.io/acme/${model}@sha256:${digest.repeat(64 / digest.length)}`
  return assay(['release', '--model', model, '--image', image, '--uri', uri])
}

/** Asks once. */
export function ask(model: string, environment: string): Promise<Told> {
  return assay(['verify', model, '--environment', environment, '--no-wait'])
}

/** Waits as a job does after a merge. */
export function verify(model: string, environment: string, timeout = '240s'): Promise<Told> {
  return assay(['verify', model, '--environment', environment, '--timeout', timeout])
}
