import { condition, count, type Fields, fields, text } from './fields.ts'
import { type Finding, said } from './finding.ts'

/**
 * Whether a KServe InferenceService serves the model that its specification names. Argo CD's health check for it says
 * `Healthy` before KServe has seen a change, and cannot tell a model that failed to load from one that is being loaded.
 */
export function againstInferenceService(
  name: string,
  live: Fields,
  {
    syncedAt,
    now,
    isSplit = false,
  }: {
    syncedAt?: number
    now: number
    /** Another release is tried beside it, and is to have its share. */
    isSplit?: boolean
  },
): { findings: Finding[]; notes: string[] } {
  const status = fields(live.status)
  const predictor = fields(fields(status.components).predictor)
  const findings = [
    ...againstModel(name, fields(status.modelStatus)),
    ...againstReady(name, status),
    ...againstRevisions(name, predictor, isSplit || isTakenBack(live)),
    ...(isSplit || isTakenBack(live) ? [] : againstCanary(name, fields(live.spec))),
  ]
  if (findings.length === 0 && !isShown(status, predictor))
    findings.push({ state: 'unknown', reason: `${name} is ready, but does not tell with which model` })
  if (findings.length > 0) return { findings, notes: [] }

  const wanted = count(fields(live.metadata).generation)
  const seen = count(status.observedGeneration)
  if (wanted === undefined || seen === undefined || seen === wanted) return { findings, notes: [] }
  const words = `${name} shows generation ${seen} and is at ${wanted}`
  if (syncedAt === undefined || now - syncedAt < SETTLED)
    return {
      findings: [{ state: 'progressing', reason: `${words}: KServe may not have seen the change yet` }],
      notes: [],
    }
  return {
    findings,
    notes: [`${words}; KServe copies that number from another object (kserve#6081), the rest says ready`],
  }
}

/** Whether one of two revisions of an InferenceService is tried: the older one has the rest of the traffic. */
export function isSplitInKnative({ spec }: Fields): boolean {
  return count(fields(fields(spec).predictor).canaryTrafficPercent) !== undefined
}

// --- internal ---

/**
 * Milliseconds after a sync for which a generation that does not fit is taken for a change that was not seen. After that it
 * is taken for what kserve#6081 found it to be: the counter of the Deployment or Knative Service below.
 */
const SETTLED = 120_000

function againstModel(name: string, modelStatus: Fields): Finding[] {
  const { message, reason } = fields(modelStatus.lastFailureInfo)
  const why = said(text(message) ?? text(reason))
  switch (text(modelStatus.transitionStatus)) {
    case undefined:
    case 'UpToDate':
      break
    case 'InProgress':
      return [{ state: 'progressing', reason: `${name} is loading the model` }]
    case 'BlockedByFailedLoad':
      return [
        { state: 'degraded', reason: `${name} could not load the model, the one before serves on${why}` },
      ]
    case 'InvalidSpec':
      return [{ state: 'degraded', reason: `${name} is not valid${why}` }]
    default:
      return [{ state: 'unknown', reason: `${name}: its model is in a state that Assay does not know` }]
  }
  const { activeModelState: active, targetModelState: target } = fields(modelStatus.states)
  if (active === 'FailedToLoad' || target === 'FailedToLoad')
    return [{ state: 'degraded', reason: `${name} could not load the model${why}` }]
  const isWaiting = [active, target].some(
    state => text(state) !== undefined && state !== 'Loaded' && state !== '',
  )
  return isWaiting ? [{ state: 'progressing', reason: `${name} has not loaded the model yet` }] : []
}

function againstReady(name: string, status: Fields): Finding[] {
  const ready = condition(status, 'Ready')
  if (!ready) return [{ state: 'progressing', reason: `${name} has not reported anything yet` }]
  const parts = [ready, condition(status, 'PredictorReady')]
  const missing = parts.find(part => part !== undefined && part.status !== 'True')
  return missing
    ? [{ state: 'progressing', reason: `${name} is not ready${said(missing.message ?? missing.reason)}` }]
    : []
}

/** A canary that was taken back leaves all of the traffic where it was, at the revision before: the same model. */
function isTakenBack({ spec, metadata }: Fields): boolean {
  const percent = count(fields(fields(spec).predictor).canaryTrafficPercent)
  return percent === 0 && fields(fields(metadata).annotations)['assay/canary'] !== undefined
}

/** Knative keeps serving the last revision that was ready. `isShared`: it is meant that the newest has not all of the traffic. */
function againstRevisions(name: string, predictor: Fields, isShared: boolean): Finding[] {
  const created = text(predictor.latestCreatedRevision)
  const ready = text(predictor.latestReadyRevision)
  const rolledOut = text(predictor.latestRolledoutRevision)
  if (created !== undefined && created !== ready)
    return [
      { state: 'progressing', reason: `${name}: its newest revision is not ready, the one before serves` },
    ]
  if (!isShared && rolledOut !== undefined && rolledOut !== ready)
    return [
      { state: 'progressing', reason: `${name}: its newest revision does not have all the traffic yet` },
    ]
  return []
}

/** `canaryTrafficPercent` in Knative mode, `spec.canary` in Standard mode. */
function againstCanary(name: string, spec: Fields): Finding[] {
  const percent = count(fields(spec.predictor).canaryTrafficPercent)
  const isSplit =
    (percent !== undefined && percent < 100) || (Array.isArray(spec.canary) && spec.canary.length > 0)
  if (!isSplit) return []
  const share = percent === undefined ? 'a part' : `${percent} %`
  return [
    { state: 'progressing', reason: `${name} is a canary: the newest model has ${share} of the traffic` },
  ]
}

/** Whether anything in the status is about the model and not only about readiness as such. */
function isShown(status: Fields, predictor: Fields): boolean {
  return (
    text(fields(status.modelStatus).transitionStatus) !== undefined ||
    text(predictor.latestReadyRevision) !== undefined
  )
}
