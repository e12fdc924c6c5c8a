import type { CiFacts } from '../../src/ci/ci.ts'
import type { Context } from '../../src/commands/command/context.ts'
import { run } from '../../src/commands/retrain.ts'

/** `assay retrain` in the repository of a model, as a person or a run of its CI begins it. */

type Place = Pick<Context, 'openDeploy'> & Partial<Pick<Context, 'env' | 'now'>> & { repository: string }

export function retrainContext({ repository, ...place }: Place, ci: Partial<CiFacts> = {}): Context {
  return {
    folder: '/nowhere',
    env: {},
    now: Date.now,
    ...place,
    ci: { name: 'a CI', repository, defaultBranch: 'main', ...ci },
    log: { info() {}, warn() {}, raw() {}, live() {}, group: (_, body) => body() },
    signal: new AbortController().signal,
    version: '0.0.0-test',
  }
}

export function runRetrain(context: Context, options: object = {}) {
  return run(context, { config: 'assay.yml', 'dry-run': false, ...NONE, ...options })
}

// --- internal ---

const NONE = {
  model: undefined,
  environment: undefined,
  claim: undefined,
  reason: undefined,
  report: undefined,
}
