import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBot } from './bot.ts'
import { DEVELOPER, MODEL_REPO, OWNER } from './cast.ts'
import { DemoError } from './demo-error.ts'
import { startGithub } from './emulator.ts'
import { endAll } from './ends-with-us.ts'
import { untilStopped } from './keep-open.ts'
import { narrateTo, ReaderGone } from './narrate.ts'
import { playPullRequest } from './pull-request-chapter.ts'
import { PUSHES } from './pushes.ts'
import { releaseChampion } from './release-chapter.ts'
import type { Stage } from './stage.ts'
import { raiseStage } from './story.ts'

/**
 * `npm run bot:dev`: the bot against the emulator, in the world of the demo, and started anew where its source changes. The
 * world goes on while it runs: a model is released, and a pull request opened.
 */
async function main(): Promise<void> {
  const temp = await mkdtemp(join(tmpdir(), 'assay-bot-dev-'))
  const narrator = narrateTo(process.stdout, () => performance.now())
  const github = await startGithub()
  const stopped = untilStopped()
  let bot: Awaited<ReturnType<typeof startBot>> | undefined
  let going: Promise<void> | undefined
  try {
    const stage = await raiseStage({ out: temp, temp, narrator, github })
    bot = await startBot(github, {
      onLog: text => void process.stdout.write(text),
      node: ['--watch', '--watch-preserve-output'],
    })
    narrator.heading(`The page: ${bot.url}`)
    narrator.say(
      `Sign in as ada or grace. It fills in half a minute; Ctrl+C ends it all, and nothing is left.`,
    )
    going = goOn(stage)
    await Promise.race([stopped, going])
    await stopped
  } finally {
    await bot?.stop()
    // What is going on writes into the folder that is removed: it ends first, while it can still tell GitHub so.
    await endAll()
    await going?.catch(() => undefined)
    await github.close()
    await rm(temp, { recursive: true, force: true })
  }
}

// --- internal ---

async function goOn(stage: Stage): Promise<void> {
  const { narrator, github } = stage
  await releaseChampion(stage)
  const { number } = await playPullRequest(stage, PUSHES.slice(0, 1))
  const comments = `${github.url}/repos/${OWNER}/${MODEL_REPO}/issues/${number}/comments`
  narrator.heading('Talk to it')
  narrator.say(
    `  curl -s ${comments} -H 'authorization: token ${DEVELOPER.token}' -d '{"body":"/assay status"}'\n  curl -s ${comments}`,
  )
}

main().then(
  // A look of the bot or a connection may be kept open: nobody waits for that.
  () => process.exit(),
  (error: unknown) => {
    if (error instanceof ReaderGone) return
    process.exitCode = 1
    console.error(error instanceof DemoError ? `\n${error.message}` : error)
  },
)
