import { alarmBudget, type Drift, minutesOf } from '../../core/config/drift.ts'
import type { LookSettings } from '../../core/traffic/seen/judge-seen.ts'

export function lookSettings({
  false_alarms,
  windows,
  quiet,
  volume,
}: Pick<Drift, 'false_alarms' | 'windows' | 'quiet' | 'volume'>): LookSettings {
  return {
    minutes: {
      breakage: minutesOf(windows.breakage),
      shift: minutesOf(windows.shift),
      concept: minutesOf(windows.concept),
      quiet: minutesOf(quiet),
    },
    budget: alarmBudget(false_alarms),
    ...(volume !== undefined && { volume }),
  }
}
