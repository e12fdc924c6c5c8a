import { configFor } from '../core/deploy-config/deploy-config.ts'
import { AssayError, isAssayError } from '../core/errors/errors.ts'
import { recordPath } from '../core/promotion/places/places.ts'
import { reproduceSteps } from '../core/release/reproduce.ts'
import { renderLineage, servedWords } from '../core/release/served-text.ts'
import type { AskedTime } from '../core/text/asked-time.ts'
import { minuteWords } from '../core/text/instant-words.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import { unknownEnvironment } from './command/unknown-name.ts'
import { findDeployBranch, withDeploy } from './deploy/read/deploy-branch.ts'
import { checkModel } from './deploy/read/models.ts'
import { findServed, type ServedThen } from './deploy/read/served.ts'
import { keyAt, openSites, type SiteHead } from './deploy/read/sites.ts'
import type { KnownStay } from './deploy/read/standing-stays.ts'
import type { REPRODUCE_OPTIONS } from './deploy/reproduce/options.ts'
import { rebuild } from './deploy/reproduce/rebuild.ts'

type Options = OptionValues<typeof REPRODUCE_OPTIONS>

/** What served at a time, what it was made from, and how to make it again; with `--run`, whether the same comes out. */
export async function run(context: Context, options: Options): Promise<CommandResult> {
  const asked = askedOf(context, options)
  const deploy = await findDeployBranch(context, options)
  const served = await withDeploy(context, deploy, async access => {
    const sites = await openSites({ access, deploy })
    const [home] = sites
    const { config } = home
    const environments = configFor(config, asked.model).environments
    const environment = environments.find(({ name }) => name === asked.environment)
    if (!environment)
      throw unknownEnvironment(
        asked.environment,
        environments.map(({ name }) => name),
      )
    const key = keyAt(home, environment)
    const site = sites.find(one => one.key === key)!
    try {
      const where = {
        commit: site.head.commit,
        branch: site.deploy.branch,
        environment,
        model: asked.model,
      }
      return await findServed(site.access.repository, where, asked.time)
    } catch (error) {
      if (!isAssayError(error, 'NOTHING_SERVED')) throw error
      // Of a model that was retired the history says since when nothing serves.
      if (!(await wasEverThere(site, recordPath(environment, asked.model))))
        await checkModel(sites, asked.model)
      throw error
    }
  })
  const { release } = served.stay
  const told = [
    headline(asked, served),
    renderLineage(release),
    `In an empty folder:\n\n${reproduceSteps(release)
      .map(step => `  ${step}`)
      .join('\n')}`,
  ].join('\n\n')
  const json = {
    model: asked.model,
    environment: asked.environment,
    at: new Date(asked.time.at).toISOString(),
    ...dataOf(served.stay),
    release,
    onThatDay: served.onThatDay.map(dataOf),
    steps: reproduceSteps(release),
  }
  if (!options.run) return { exitCode: 0, text: told, json }
  const built = await rebuild(context, release, options, deploy.address.namedBy)
  return { exitCode: built.exitCode, text: `${told}\n\n${built.text}`, json: { ...json, again: built.json } }
}

// --- internal ---

async function wasEverThere({ access, head }: SiteHead, recordFile: string): Promise<boolean> {
  const history = await access.repository.fileHistory(head.commit, [recordFile], 1)
  return (history.get(recordFile)?.length ?? 0) > 0
}

interface Asked {
  model: string
  environment: string
  time: AskedTime
}

function askedOf(context: Context, options: Options): Asked {
  const { model, environment, at: time = { at: context.now() } } = options
  const isBoth = options['own-packages'] && options['in-image'] !== undefined
  const problems = [
    ...(isBoth
      ? [
          {
            what: '--in-image and --own-packages are given',
            fix: 'leave one of them out: each says with which packages',
          },
        ]
      : []),
    ...(model === undefined ? [{ what: 'no model is named', fix: EXAMPLE }] : []),
    ...(environment === undefined ? [{ what: 'no environment is named', fix: EXAMPLE }] : []),
  ]
  if (model !== undefined && environment !== undefined && !isBoth) return { model, environment, time }
  throw new AssayError({ code: 'USAGE', title: 'What is to be reproduced is not clear', problems })
}

const EXAMPLE = 'assay reproduce churn --environment production --at 2026-05-20'

function headline({ model, environment, time }: Asked, { stay, onThatDay }: ServedThen): string {
  const first = `${model} in ${environment} at ${minuteWords(time.at)}: ${stay.release.version}`
  const own = `It served ${servedWords(stay)}; commit ${stay.commit.slice(0, 12)} of the deploy repository.`
  if (onThatDay.length < 2) return `${first}\n${own}`
  const all = onThatDay.map(one => `  ${one.release.version}  ${servedWords(one)}`)
  return `${first}\n${own}\n${onThatDay.length} releases served on that day; name an instant for another:\n${all.join('\n')}`
}

function dataOf({ release, from, until, commit }: KnownStay) {
  return {
    version: release.version,
    from: new Date(from).toISOString(),
    ...(until !== undefined && { until: new Date(until).toISOString() }),
    deployCommit: commit,
  }
}
