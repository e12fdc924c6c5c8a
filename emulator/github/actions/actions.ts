import type { Artifact, Run } from '../world/runs.ts'
import type { World } from '../world/world.ts'
import { type Upload, upload } from './artifacts.ts'
import { finishRun, type RunSeed, repeatRun, startRun } from './runs.ts'

/** What runs of workflows do; each is told to Apps. */
export interface Actions {
  /** Begins a run: of a pull request, first attempt, of `.github/workflows/assay.yml`, unless the seed says otherwise. */
  start(seed: RunSeed): Promise<Run>
  /** Leaves an artifact at a run, also once it is over. */
  upload(run: Run, upload: Upload): Artifact
  /** Ends a run. */
  finish(run: Run, conclusion?: string): Promise<void>
  /** Begins the next attempt; the artifacts of the last one stay. */
  repeat(run: Run): Promise<void>
  expire(artifact: Artifact): void
}

export function actionsOf(world: World): Actions {
  return {
    start: seed => startRun(world, seed),
    upload: (run, given) => upload(world, run, given),
    finish: (run, conclusion = 'success') => finishRun(world, run, conclusion),
    repeat: run => repeatRun(world, run),
    expire(artifact) {
      artifact.expired = true
    },
  }
}
