import type { CanaryFile } from '../../release/canary-file.ts'
import type { ReleaseRecord } from '../../release/record.ts'
import type { CanaryCourse } from '../../traffic/watch/canary-course.ts'

/** A canary as it is watched: its rules and arms, and what is known of its traffic. Instants in milliseconds. */
export interface WatchedCanary {
  model: string
  environment: string
  file: CanaryFile
  champion: ReleaseRecord
  /** When the file was last changed, where that is known. */
  since?: number
  /** Absent before the first look. */
  course?: CanaryCourse
}
