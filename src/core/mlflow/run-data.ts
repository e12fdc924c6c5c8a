import { isSecretParameter } from '../secrets/secret-name.ts'
import { maskDataPath, maskPersonalData } from '../secrets/secrets.ts'
import { MASK, maskShapes } from '../secrets/token-shapes.ts'
import { maskAddresses } from '../text/addresses.ts'
import { shortened, visible } from '../text/visible-text.ts'
import type { MlflowRun } from './answers.ts'
import { metricName } from './metric-key.ts'

/** What training has logged in its run, as a result takes it. */
export interface RunData {
  metrics: Map<string, number>
  parameters: Record<string, string>
  /** A line for each dataset, as for a file of data. */
  data: string[]
  /** What was left out and why, one sentence each. */
  remarks: string[]
}

/**
 * A run → its last values. What is no number, or has a name that no gate could name or that holds a token or an address, is left out
 * and told. Text in it is of whoever logged it: it is shortened, and people and secrets are masked, by name and by shape.
 */
export function runData({ data, inputs }: MlflowRun): RunData {
  const metrics = new Map<string, number>()
  const odd: string[] = []
  for (const { key, value } of data.metrics) {
    const name = metricName(key)
    const shown = maskAddresses(maskShapes(name ?? key))
    if (name === undefined || shown !== name || metrics.has(name) || !Number.isFinite(value)) odd.push(shown)
    else metrics.set(name, value)
  }
  const parameters = data.params.slice(0, MOST_PARAMETERS).map(({ key, value }) => {
    const kept = isSecretParameter(key, value) ? MASK : maskShapes(value)
    return [
      shortened(visible(maskPersonalData(maskShapes(key))), 200),
      shortened(maskPersonalData(kept.toWellFormed()), 2000),
    ] as const
  })
  const sets = inputs.dataset_inputs
    .slice(0, MOST_DATASETS)
    .map(({ dataset: { name, digest } }) => `${shownName(name, 250)} digest ${shownName(digest, 36)}`)
  const left = odd.slice(0, 5).map(key => shortened(visible(maskPersonalData(key)), 60))
  return {
    metrics,
    parameters: Object.fromEntries(parameters.filter(([key]) => key !== '' && key !== '__proto__')),
    data: sets,
    remarks:
      odd.length === 0
        ? []
        : [
            `Of the metrics in MLflow, left out as no finite number under a name that a gate may have: ${left.join(', ')}${odd.length > 5 ? ` and ${odd.length - 5} more` : ''}.`,
          ],
  }
}

// --- internal ---

function shownName(text: string, most: number): string {
  return shortened(visible(maskDataPath(text)), most)
}

const MOST_PARAMETERS = 200
const MOST_DATASETS = 50
