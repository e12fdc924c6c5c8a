import type { Github } from './emulator.ts'
import type { ModelRepo } from './model-repo.ts'
import type { Narrator } from './narrate.ts'
import type { Job } from './workflows.ts'

/** All that lives as long as the story. */
export interface Stage {
  out: string
  temp: string
  narrator: Narrator
  github: Github
  repo: ModelRepo
  /** Runs of a workflow so far. */
  runs: number
}

export function nextJob(stage: Stage): Job {
  stage.runs++
  return { github: stage.github, temp: stage.temp, number: stage.runs }
}
