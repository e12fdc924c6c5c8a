import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { formatCount } from '../../src/core/text/numbers.ts'
import { APPROVER, DEPLOY_REPO, MODEL, OWNER } from '../cast.ts'
import { DemoError } from '../demo-error.ts'
import { until } from '../live/ask.ts'
import { renderPage } from '../page.ts'
import { readMessage } from '../pull-request.ts'
import { CLUSTERS } from './cluster.ts'
import { type Course, followCanary, newestPull } from './follow.ts'
import { BETTER, type Change, release, SAME, WORSE } from './releases.ts'
import type { World } from './world.ts'

export const CANARY_PAGES = {
  same: 'canary-same.html',
  worse: 'canary-worse.html',
  takenBack: 'taken-back.html',
  better: 'canary-better.html',
  promoted: 'promoted.html',
}

/** The same model once more: nothing is to be found. */
export async function playSame(world: World): Promise<void> {
  const { course } = await play(world, 'The same model again', SAME, CANARY_PAGES.same)
  mustEnd(course, 'Promote', 'A release that is as good as the champion')
}

/** One that no gate finds anything wrong with. */
export async function playWorse(world: World): Promise<void> {
  const { narrator } = world
  const { version, course } = await play(world, 'One that converts worse', WORSE, CANARY_PAGES.worse)
  mustEnd(course, 'Take', 'A release by which fewer book')
  const pull = course.pulls.at(-1)!
  await keepPull(world, pull, CANARY_PAGES.takenBack)
  await until('manifests without the canary that are live', 'Look at envoy.log.', async () =>
    (await mainOf(world)) === world.cluster.live() ? true : undefined,
  )
  await proveGone(world, version)
  narrator.step(`Nobody was asked: pull request #${pull.number} was written and merged by ${pull.mergedBy}`)
}

/** And one that is better. */
export async function playBetter(world: World): Promise<void> {
  const { version, course } = await play(world, 'A better one', BETTER, CANARY_PAGES.better)
  mustEnd(course, 'Promote', 'A release by which more book')
  await keepPull(world, course.pulls.at(-1)!, CANARY_PAGES.promoted)
  world.narrator.step(`All of the traffic goes to ${version} now`)
}

// --- internal ---

async function play(world: World, heading: string, change: Change, page: string) {
  world.narrator.heading(heading)
  const before = await newestPull(world)
  const { metBoth } = await world.users.seen()
  const version = await release(world, change, await servingCommit(world))
  const course = await followCanary(world, page, before)
  tellSplit(world, course, (await world.users.seen()).metBoth - metBoth)
  return { version, course }
}

function mustEnd({ said, pulls }: Course, end: 'Promote' | 'Take', what: string): void {
  const title = pulls.at(-1)?.title ?? 'nothing'
  if (!title.startsWith(`${end} `))
    throw new DemoError(
      `${what} ended with "${title}". The last verdict: ${said.verdict}: ${said.reason}`,
      'Look at watch.log and bot.log.',
    )
}

function tellSplit({ narrator }: World, { said, counts }: Course, metBoth: number): void {
  const { split, conversion } = said.evidence ?? {}
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  if (split)
    narrator.step(
      `The split: ${percent(split.declared)} declared, ${percent(split.seen)} seen (${percent(split.low)} to ${percent(split.high)}) of ${formatCount(split.units)} users, e-value ${split.e.toPrecision(2)}; met both releases: ${counts.metBoth} by the collector, ${metBoth} by the answers`,
    )
  if (conversion)
    narrator.step(
      `Booked: ${formatCount(conversion.champion.events)} of ${formatCount(conversion.champion.units)} by the champion, ${formatCount(conversion.challenger.events)} of ${formatCount(conversion.challenger.units)} by the challenger`,
    )
}

async function keepPull({ github, out }: World, pullRequest: Course['pulls'][number], page: string) {
  const { author, head } = pullRequest
  const message = await readMessage(github, DEPLOY_REPO, APPROVER, head)
  const pushes = [{ author, head, message }]
  await writeFile(join(out, page), renderPage({ pullRequest, pushes, links: [] }))
}

/** By the record in the deploy repository. */
async function servingCommit({ github }: World): Promise<string> {
  const path = `apps/${MODEL}/overlays/production/model-release.yaml`
  const asked = { owner: OWNER, repo: DEPLOY_REPO, path }
  const { data } = await github.as(APPROVER).rest.repos.getContent(asked)
  const text = 'content' in data ? Buffer.from(data.content, 'base64').toString('utf8') : ''
  return String(parse(text).commit)
}

async function mainOf({ github }: World): Promise<string> {
  const place = { owner: OWNER, repo: DEPLOY_REPO }
  return (await github.as(APPROVER).rest.git.getRef({ ...place, ref: 'heads/main' })).data.object.sha
}

/** That nobody meets it any more, those who had met it included. */
async function proveGone({ users, splitter, narrator }: World, version: string): Promise<void> {
  const before = await splitter.sentTo(CLUSTERS.challenger)
  const { answers, pinned, byRelease } = await users.ask({ release: version, pinned: 500, all: 10_000 })
  const sent = (await splitter.sentTo(CLUSTERS.challenger)) - before
  narrator.step(
    `${formatCount(answers)} requests more, ${pinned} of them by users whose cookie says the challenger: ${sent} of them went to it`,
  )
  if (sent > 0 || byRelease > 0)
    throw new DemoError(
      `${Math.max(sent, byRelease)} requests went to a release that was taken back.`,
      'Look at envoy.log.',
    )
}
