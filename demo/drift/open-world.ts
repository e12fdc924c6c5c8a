import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSlack } from '../../emulator/slack.ts'
import { startGithub } from '../emulator.ts'
import { freePort } from '../free-port.ts'
import { type Season, seasons } from '../live/flights.ts'
import { programs as startPrograms } from '../live/programs.ts'
import type { Narrator } from '../narrate.ts'
import { releaseChampion } from '../release-chapter.ts'
import { raiseStage } from '../story.ts'
import { findTools } from './monitoring.ts'
import { raiseWorld } from './raise-world.ts'
import { watchedConfig } from './watched-release.ts'
import type { World } from './world.ts'

export interface Opening {
  out: string
  narrator: Narrator
  /** Told of each thing that has to be ended, in the order in which it was begun. */
  atEnd(end: () => Promise<void>): void
  /** Over which rows are judged, such as `1m`. */
  window: string
  alertmanagers: number
}

/** From nothing to a release that serves, is asked for what it was accepted on, and is watched. */
export async function openWorld(opening: Opening): Promise<{ world: World; winter: Season }> {
  const { out, narrator, atEnd, window, alertmanagers } = opening
  const temp = await mkdtemp(join(tmpdir(), 'assay-demo-'))
  atEnd(() => rm(temp, { recursive: true, force: true }))
  await mkdir(out, { recursive: true })
  const tools = findTools()
  if ('missing' in tools)
    narrator.say(
      `Left out: ${tools.missing.join(' and ')}, not installed here (Debian, Ubuntu: apt-get install prometheus prometheus-alertmanager). The collector is asked for what it counted itself, and \`assay drift\` tells of it.`,
    )
  const github = await startGithub()
  atEnd(() => github.close())
  const slack = await startSlack()
  atEnd(() => slack.close())
  const programs = startPrograms(out)
  atEnd(() => programs.stop())
  const collector = `http://127.0.0.1:${await freePort()}`
  const stage = await raiseStage(
    { out, temp, narrator, github },
    {
      modelFiles: { 'data-version.txt': '2001-01-31\n' },
      deployConfig: text => watchedConfig(text, collector, window),
    },
  )
  await releaseChampion(stage)
  const { usual, winter } = await seasons(stage.repo)
  const backstage = {
    programs,
    slack,
    collector,
    tools: 'missing' in tools ? undefined : tools,
    alertmanagers,
  }
  return { world: await raiseWorld(stage, backstage, usual, atEnd), winter }
}
