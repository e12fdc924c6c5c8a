import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * What MLflow answers, as far as Assay asks: in memory, on loopback. `mlflow.long.test.ts` holds it to both real servers, call by call.
 * It knows no logged models, as MLflow 2.
 */

interface KeyValue {
  key: string
  value: string
}

interface Run {
  info: { run_id: string; experiment_id: string; status: string; start_time: number; artifact_uri: string }
  data: { metrics: object[]; params: KeyValue[]; tags: KeyValue[] }
  inputs: { dataset_inputs: object[] }
}

interface Version {
  name: string
  version: string
  source: string
  tags: KeyValue[]
}

export interface MlflowDouble {
  address: string
  runs: Run[]
  versions: Version[]
  aliases: Map<string, string>
  /** `POST /api/…`, with the authorization that came with it, and all else that was sent. */
  requests: { call: string; authorization: string | undefined; sent: string }[]
  stop(): Promise<void>
}

interface Answer {
  status: number
  json: object | string
}

export async function startMlflowDouble(): Promise<MlflowDouble> {
  const experiments: string[] = []
  const models = new Set<string>()
  const double: Omit<MlflowDouble, 'address' | 'stop'> = {
    runs: [],
    versions: [],
    aliases: new Map(),
    requests: [],
  }
  const runOf = (id: string) => double.runs.find(({ info }) => info.run_id === id)

  // biome-ignore lint/suspicious/noExplicitAny: what a client sends, looked into
  const ROUTES: Record<string, (given: Record<string, any>) => Answer> = {
    'GET experiments/get-by-name': ({ experiment_name: name }) =>
      experiments.includes(name)
        ? ok({ experiment: { experiment_id: String(experiments.indexOf(name) + 1), name } })
        : gone(`Could not find experiment with name '${name}'`),
    'POST experiments/create': ({ name }) => ok({ experiment_id: String(experiments.push(name)) }),
    'POST runs/create': ({ experiment_id: experiment, start_time: start, tags }) => {
      const id = `${double.runs.length + 1}`.padStart(32, '0')
      const artifacts = `mlflow-artifacts:/${experiment}/${id}/artifacts`
      const info = {
        run_id: id,
        experiment_id: experiment,
        status: 'RUNNING',
        start_time: start,
        artifact_uri: artifacts,
      }
      double.runs.push({ info, data: { metrics: [], params: [], tags }, inputs: { dataset_inputs: [] } })
      return ok({ run: { info, data: { tags } } })
    },
    'GET runs/get': ({ run_id: id }) => {
      const run = runOf(id)
      return run ? ok({ run }) : gone(`Run with id=${id} not found`)
    },
    'POST runs/log-batch': ({ run_id: id, params = [], metrics = [], tags = [] }) => {
      const { data } = runOf(id)!
      const changed = params.find(({ key, value }: KeyValue) =>
        data.params.some(one => one.key === key && one.value !== value),
      )
      if (changed)
        return wrong(`Changing param values is not allowed. Params were already logged: ${changed.key}`)
      data.params.push(...params)
      data.metrics.push(...metrics)
      data.tags.push(...tags)
      return ok({})
    },
    'POST runs/log-inputs': ({ run_id: id, datasets }) => {
      runOf(id)!.inputs.dataset_inputs.push(...datasets)
      return ok({})
    },
    'POST runs/set-tag': ({ run_id: id, key, value }) => {
      runOf(id)!.data.tags.push({ key, value })
      return ok({})
    },
    'POST runs/update': ({ run_id: id, status }) => {
      runOf(id)!.info.status = status
      return ok({ run_info: runOf(id)!.info })
    },
    'POST registered-models/create': ({ name }) => {
      if (models.has(name))
        return {
          status: 400,
          json: {
            error_code: 'RESOURCE_ALREADY_EXISTS',
            message: `Registered Model (name=${name}) already exists.`,
          },
        }
      models.add(name)
      return ok({ registered_model: { name } })
    },
    'GET model-versions/search': ({ filter }) => {
      const [, name, key, value] = /^name='(.*)' and tags\.`(.*)` = '(.*)'$/.exec(filter)!
      const found = double.versions.filter(
        one => one.name === name && one.tags.some(tag => tag.key === key && tag.value === value),
      )
      return ok(found.length > 0 ? { model_versions: found } : {})
    },
    'POST model-versions/create': ({ name, source, tags }) => {
      const version = { name, version: String(double.versions.length + 1), source, tags }
      double.versions.push(version)
      return ok({ model_version: version })
    },
    'GET model-versions/get': ({ name, version }) => {
      const found = double.versions.find(one => one.name === name && one.version === version)
      return found
        ? ok({ model_version: found })
        : gone(`Model Version (name=${name}, version=${version}) not found`)
    },
    'GET registered-models/alias': ({ name, alias }) => {
      const version = double.aliases.get(`${name} ${alias}`)
      const found = double.versions.find(one => one.name === name && one.version === version)
      return found ? ok({ model_version: found }) : wrong(`Registered model alias ${alias} not found.`)
    },
    'POST registered-models/alias': ({ name, alias, version }) => {
      double.aliases.set(`${name} ${alias}`, version)
      return ok({})
    },
  }

  const server = createServer(async (incoming, outgoing) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of incoming) chunks.push(chunk as Uint8Array)
    const url = new URL(incoming.url ?? '/', 'http://mlflow')
    const call = `${incoming.method} ${url.pathname}`
    const sent = `${decodeURIComponent(url.search)}\n${Buffer.concat(chunks).toString()}`
    double.requests.push({ call, authorization: incoming.headers.authorization, sent })
    const route = ROUTES[call.replace('/api/2.0/mlflow/', '')]
    const isFile = call.startsWith('PUT /api/2.0/mlflow-artifacts/artifacts/')
    const given = () => {
      const body = Buffer.concat(chunks).toString()
      return body === '' ? Object.fromEntries(url.searchParams) : JSON.parse(body)
    }
    const { status, json } = route ? route(given()) : isFile ? ok({}) : NO_PAGE
    const isText = typeof json === 'string'
    outgoing.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json' })
    outgoing.end(isText ? json : JSON.stringify(json))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(double, {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  })
}

// --- internal ---

const NO_PAGE: Answer = { status: 404, json: '<!doctype html><title>404 Not Found</title>' }

function ok(json: object): Answer {
  return { status: 200, json }
}

function gone(message: string): Answer {
  return { status: 404, json: { error_code: 'RESOURCE_DOES_NOT_EXIST', message } }
}

function wrong(message: string): Answer {
  return { status: 400, json: { error_code: 'INVALID_PARAMETER_VALUE', message } }
}
