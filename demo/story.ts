import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lookAt } from './artifacts.ts'
import { DEPLOY_REPO, MODEL_REPO, OWNER } from './cast.ts'
import { createDeployRepo } from './deploy-repo.ts'
import { type Github, pushToGithub, startGithub } from './emulator.ts'
import { createModelRepo } from './model-repo.ts'
import type { Narrator } from './narrate.ts'
import { playPromotion } from './promotion-chapter.ts'
import { playPullRequest } from './pull-request-chapter.ts'
import { playRelease, releaseChampion } from './release-chapter.ts'
import type { Stage } from './stage.ts'

/** Plays the whole story, writes its pages to `out`, and throws where something is not as it should be. */
export async function playStory(out: string, narrator: Narrator): Promise<void> {
  const temp = await mkdtemp(join(tmpdir(), 'assay-demo-'))
  let github: Github | undefined
  try {
    await mkdir(out, { recursive: true })
    narrator.say(
      'A change to a model, weighed by Assay and brought to production by merge. No account, no network: all of it runs on this machine.',
    )
    github = await startGithub()
    const stage = await setUp(out, temp, narrator, github)
    const pullRequest = await playPullRequest(stage)
    await playRelease(stage, pullRequest)
    await playPromotion(stage)
    narrator.heading('Look at')
    narrator.say(lookAt(out))
  } finally {
    await github?.close()
    await rm(temp, { recursive: true, force: true })
  }
}

// --- internal ---

async function setUp(out: string, temp: string, narrator: Narrator, github: Github): Promise<Stage> {
  narrator.heading('The stage')
  narrator.step(
    `A GitHub of our own listens on ${github.url} (npm package emulate; it forgets everything at the end)`,
  )
  const repo = await createModelRepo(temp)
  narrator.step(
    'A model repository: 20,000 real US flights, "late by more than 15 minutes?", champion just trained',
  )
  await pushToGithub(github, MODEL_REPO, repo.folder, 'main')
  narrator.step(`Its two commits are pushed to ${OWNER}/${MODEL_REPO}`)
  await createDeployRepo(temp, github)
  narrator.step(
    `A deploy repository, ${OWNER}/${DEPLOY_REPO}: the manifests of six models in staging and production. There is no cluster: merged counts as live`,
  )
  const stage: Stage = { out, temp, narrator, github, repo, runs: 0 }
  await releaseChampion(stage)
  return stage
}
