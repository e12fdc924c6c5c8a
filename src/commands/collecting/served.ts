import { visible } from '../../core/text/visible-text.ts'
import type { ReleaseProfile } from '../../core/traffic/counts/traffic.ts'
import type { CanaryStep } from '../../core/traffic/exposures/step.ts'

/** What there is to count: the releases that have a profile, and the canaries in progress. */
export interface Served {
  profiles: ReleaseProfile[]
  canaries: CanaryStep[]
}

/** What is served, read again when it changes. */
export interface ServedSource {
  /**
   * All that can be read now. What cannot is said once, and stays as it was read last.
   *
   * @throws AssayError where the source itself cannot be read: of a folder FILE_NOT_FOUND, FILE_REFUSED
   */
  read(): Promise<Served>
}

/** A model has one canary at a time: of two, nobody knows which of them an event is of, and neither is counted. */
export function oneOfEach(canaries: readonly CanaryStep[], warn: (text: string) => void): CanaryStep[] {
  const models = Map.groupBy(canaries, ({ model }) => model)
  return [...models].flatMap(([model, steps]) => {
    const keys = [...new Set(steps.map(({ key }) => key))]
    if (keys.length === 1) return steps.slice(0, 1)
    warn(
      `${visible(model)} has ${keys.length} canaries at once (${keys.map(visible).join(', ')}), and none of them is counted: name the folder of one environment`,
    )
    return []
  })
}
