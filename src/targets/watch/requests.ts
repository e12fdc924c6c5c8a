import type { Watch } from '../../core/deploy-config/watch.ts'

/**
 * What the PodMonitor of a promotion writes on all series of its pods: what a model server counts has no environment, and Prometheus
 * sees that of staging under the same name.
 */
export function podRelabelings({ model, environment }: { model: string; environment: string }) {
  return [
    { targetLabel: 'assay_model', replacement: model },
    { targetLabel: 'assay_environment', replacement: environment },
  ]
}

/** PromQL of the second source for silence: what is written, else the predictions that known servers count in the pods that we have read. */
export function requestsOf({ requests, pods }: Watch): string | undefined {
  return requests ?? (pods && PREDICTIONS.join(' or '))
}

// --- internal ---

const inPods = (counter: string) =>
  `sum(increase(${counter}{assay_model="{model}", assay_environment="{environment}"}[{quiet}]))`

/**
 * Predictions alone, those that failed too; none of them counts probes. KServe's Python server (kserve/metrics.py), MLServer
 * (handlers/dataplane.py), Triton (user_guide/metrics, whose successes and failures are always there both).
 */
const PREDICTIONS = [
  inPods('request_predict_seconds_count'),
  inPods('model_infer_request_duration_count'),
  `${inPods('nv_inference_request_success')} + ${inPods('nv_inference_request_failure')}`,
]
