import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lookAt } from './artifacts.ts'
import type { Bot } from './bot.ts'
import { playBot } from './bot-chapter.ts'
import { DEPLOY_REPO, MODEL_REPO, OWNER } from './cast.ts'
import { createDeployRepo } from './deploy-repo.ts'
import { type Github, pushToGithub, startGithub } from './emulator.ts'
import { createModelRepo } from './model-repo.ts'
import type { Narrator } from './narrate.ts'
import { playPromotion } from './promotion-chapter.ts'
import { playPullRequest } from './pull-request-chapter.ts'
import { playRelease, releaseChampion } from './release-chapter.ts'
import type { Stage } from './stage.ts'

/**
 * Plays the whole story, writes its pages to `out`, and throws where something is not as it should be.
 *
 * @param open while this is not settled, the last page stays open
 */
export async function playStory(out: string, narrator: Narrator, open?: () => Promise<void>): Promise<void> {
  const temp = await mkdtemp(join(tmpdir(), 'assay-demo-'))
  let github: Github | undefined
  let bot: Bot | undefined
  try {
    await mkdir(out, { recursive: true })
    narrator.say(
      'A change to a model, weighed by Assay and brought to production by merge. No account, no network: all of it runs on this machine.',
    )
    github = await startGithub()
    const stage = await raiseStage({ out, temp, narrator, github })
    await releaseChampion(stage)
    const pullRequest = await playPullRequest(stage)
    await playRelease(stage, pullRequest)
    await playPromotion(stage)
    bot = await playBot(stage)
    narrator.heading('Look at')
    narrator.say(lookAt(out))
    narrator.say()
    if (open) {
      narrator.say(`The bot's page is open at ${bot.url}: sign in as grace or ada. Ctrl+C ends it.`)
      await open()
    } else narrator.say(`The bot's page was open at ${bot.url}; \`npm run demo -- --open\` keeps it open.`)
  } finally {
    await bot?.stop()
    await github?.close()
    await rm(temp, { recursive: true, force: true })
  }
}

/** What one story has that the others do not. */
export interface Scenery {
  modelFiles?: Record<string, string>
  deployConfig?: (text: string) => string
  /** The manifests, where they are others, and what they are. */
  manifests?: { folder: string; words: string }
}

/** The two repositories as they are before anything is released. */
export async function raiseStage(
  given: Omit<Stage, 'repo' | 'runs'>,
  { modelFiles, deployConfig, manifests }: Scenery = {},
): Promise<Stage> {
  const { temp, narrator, github } = given
  narrator.heading('The stage')
  narrator.step(
    `A GitHub of our own listens on ${github.url} (npm package emulate; it forgets everything at the end)`,
  )
  const repo = await createModelRepo(temp, modelFiles)
  narrator.step(
    'A model repository: 20,000 real US flights, "late by more than 15 minutes?", champion just trained',
  )
  await pushToGithub(github, MODEL_REPO, repo.folder, 'main')
  narrator.step(`Its two commits are pushed to ${OWNER}/${MODEL_REPO}`)
  await createDeployRepo(temp, github, deployConfig, manifests?.folder)
  const { words = 'the manifests of six models in staging and production' } = manifests ?? {}
  narrator.step(
    `A deploy repository, ${OWNER}/${DEPLOY_REPO}: ${words}. There is no cluster: merged counts as live`,
  )
  return { ...given, repo, runs: 0 }
}
