import type { AssayError } from '../../core/errors/errors.ts'
import {
  type JenkinsAnswer,
  type JenkinsOptions,
  type JenkinsSend,
  jenkinsRefused,
  jenkinsSend,
  jenkinsWords,
} from './requests.ts'

/** Builds of Jenkins' jobs, by its remote access API. https://www.jenkins.io/doc/book/using/remote-access-api/ */
export interface Jenkins {
  /**
   * Builds of a job, and those that wait to become one, that were given such parameters; newest first. Jenkins tells of the last 100.
   *
   * @param job its name with those of the folders above it, `team/retrain`
   */
  builds(job: string, fits: (given: JenkinsGiven) => boolean): Promise<JenkinsBuild[]>

  /**
   * Starts one. It is not repeated blindly: where the answer is lost, `builds` shows whether it is waiting.
   *
   * @param welcome what it is given besides, as far as it has parameters for it
   * @throws AssayError where there is no such job, or it does not have the parameter: Jenkins would leave the value out without a word
   */
  start(job: string, parameter: string, value: string, welcome?: JenkinsGiven): Promise<void>
}

/** Values of parameters that are text, by their names. */
export type JenkinsGiven = Readonly<Record<string, string>>

export interface JenkinsBuild {
  /** Number of the build, or of its place in the queue. */
  id: number
  url: string
  state: 'running' | 'passed' | 'failed'
  /** When it was asked for, in milliseconds. */
  at: number
}

/** @throws AssayError `JENKINS_UNAVAILABLE` for what may pass, `JENKINS_REFUSED` for what somebody has to put right */
export function jenkins(options: JenkinsOptions): Jenkins {
  const send = jenkinsSend(options)
  const base = options.url.replace(/\/+$/, '')

  return {
    async builds(job, fits) {
      const path = pathOf(job)
      const has = (actions: unknown) => fits(givenIn(actions))
      // The queue first: what leaves it meanwhile is a build by then.
      const queue = await read<Queue>(send, '/queue/api/json', QUEUE)
      const found = await readJob(send, job)
      const waiting = listIn(queue.items).filter(
        item => item.task?.url === found.url && Number.isSafeInteger(item.id) && has(item.actions),
      )
      const builds = listIn(found.builds).filter(
        build => Number.isSafeInteger(build.number) && has(build.actions),
      )
      return [
        ...waiting.map(({ id, inQueueSince: at = 0 }) => ({
          id,
          url: `${base}/queue/item/${id}/`,
          state: 'running' as const,
          at,
        })),
        ...builds.map(({ number, building, result, timestamp: at = 0 }) => ({
          id: number,
          url: `${base}${path}/${number}/`,
          state:
            building !== false || typeof result !== 'string'
              ? ('running' as const)
              : result === 'SUCCESS'
                ? ('passed' as const)
                : ('failed' as const),
          at,
        })),
      ]
    },

    async start(job, parameter, value, welcome = {}) {
      const { property } = await readJob(send, job)
      const names = listIn(property).flatMap(one => listIn(one.parameterDefinitions).map(({ name }) => name))
      if (!names.includes(parameter))
        throw jenkinsRefused(
          `the job ${job} has no parameter \`${parameter}\``,
          `give it one, a string: \`parameters { string(name: '${parameter}') }\`, and run it once by hand, so that Jenkins knows it`,
        )
      const path = `${pathOf(job)}/buildWithParameters`
      const besides = Object.entries(welcome).filter(([name]) => names.includes(name))
      const form = { [parameter]: value, ...Object.fromEntries(besides) }
      let answer = await send(path, { form })
      // Refused before anything was done. API tokens need no crumb; passwords do.
      if (answer.status === 403 && /crumb/i.test(answer.text))
        answer = await send(path, { form, headers: await crumb(send) })
      if (!QUEUED.has(answer.status)) throw refusal(job, answer)
    },
  }
}

// --- internal ---

interface Actions {
  parameters?: { name?: unknown; value?: unknown }[]
}

interface Queue {
  items?: { id: number; inQueueSince?: number; task?: { url?: string }; actions?: Actions[] }[]
}

interface Job {
  url?: string
  property?: { parameterDefinitions?: { name?: unknown }[] }[]
  builds?: { number: number; timestamp?: number; building?: unknown; result?: unknown; actions?: Actions[] }[]
}

const PARAMETERS = 'actions[parameters[name,value]]'
const QUEUE = `items[id,inQueueSince,task[url],${PARAMETERS}]`
const JOB = `url,property[parameterDefinitions[name]],builds[number,timestamp,building,result,${PARAMETERS}]{0,100}`

/** Created; or one that waits with the same parameters already. */
const QUEUED = new Set([201, 303])

function pathOf(job: string): string {
  return job
    .split('/')
    .map(name => `/job/${encodeURIComponent(name)}`)
    .join('')
}

function listIn<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? value.filter(one => typeof one === 'object' && one !== null) : []
}

function givenIn(actions: unknown): JenkinsGiven {
  const all = listIn(actions as Actions[]).flatMap(({ parameters }) => listIn(parameters))
  return Object.fromEntries(
    all.flatMap(({ name, value }) =>
      typeof name === 'string' && typeof value === 'string' ? [[name, value]] : [],
    ),
  )
}

async function readJob(send: JenkinsSend, job: string): Promise<Job> {
  return read<Job>(send, `${pathOf(job)}/api/json`, JOB, job)
}

async function read<T>(send: JenkinsSend, path: string, tree: string, job?: string): Promise<T> {
  const answer = await send(`${path}?${new URLSearchParams({ tree })}`)
  if (answer.status !== 200) throw refusal(job, answer)
  const value = jsonIn(answer)
  if (value) return value as T
  throw jenkinsRefused(
    `[GET ${path}] not an answer of the API`,
    'check that ASSAY_JENKINS_URL is Jenkins itself and no log-in page, with the path that Jenkins has there',
  )
}

function jsonIn({ text, headers }: JenkinsAnswer): object | undefined {
  if (!/[/+]json\b/.test(headers.get('content-type') ?? '')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** What a password needs besides: a crumb, which holds for the session that it was given in. */
async function crumb(send: JenkinsSend): Promise<Record<string, string>> {
  const answer = await send('/crumbIssuer/api/json')
  const { crumb, crumbRequestField: field } = (jsonIn(answer) ?? {}) as Record<string, unknown>
  if (typeof crumb !== 'string' || typeof field !== 'string' || !/^[\w-]{1,100}$/.test(field))
    throw refusal(undefined, answer)
  const cookies = answer.headers.getSetCookie().map(cookie => cookie.split(';')[0]!)
  return { [field]: crumb, ...(cookies.length > 0 && { cookie: cookies.join('; ') }) }
}

function refusal(job: string | undefined, answer: JenkinsAnswer): AssayError {
  const fix = FIXES[answer.status] ?? 'look at the job in Jenkins'
  const of = job === undefined ? '' : ` about the job ${job}`
  return jenkinsRefused(`Jenkins answers${of}: ${jenkinsWords(answer)}`, fix)
}

const FIXES: Record<number, string> = {
  302: 'check ASSAY_JENKINS_URL and ASSAY_JENKINS_TOKEN: it leads to another page, as to a log-in',
  400: 'let the job have parameters',
  401: 'check ASSAY_JENKINS_USER and ASSAY_JENKINS_TOKEN: an API token is made on the page of the user, under Security',
  403: 'give the user of ASSAY_JENKINS_USER the permissions Job/Read and Job/Build on the job',
  404: 'check the name of the job in `retrain`, with the folders above it; a user without Job/Read sees none',
  409: 'the job is disabled in Jenkins: enable it',
}
