import type * as z from 'zod'
import {
  Anything,
  Bytes,
  ExperimentAnswer,
  LoggedModelAnswer,
  NewExperimentAnswer,
  RunAnswer,
  RunsAnswer,
  VersionAnswer,
  VersionsAnswer,
} from './answers.ts'

/** The calls of MLflow's REST API that are made, with what answers them. https://mlflow.org/docs/latest/rest-api.html */

export interface MlflowRequest<T> {
  path: string
  query?: Record<string, string>
  json?: object
  bytes?: Uint8Array
  /** A file is asked for, of this many bytes at most. */
  fileOf?: number
  /** Milliseconds that one try may take, where it is more than others may. */
  deadline?: number
  method?: 'PUT' | 'PATCH' | 'DELETE'
  /** Sent twice it does what it does once, so it may be tried again where nobody knows whether it arrived. */
  isRepeatable: boolean
  answer: z.ZodType<T>
}

export interface KeyValue {
  key: string
  value: string
}

export interface MetricPoint {
  key: string
  value: number
  /** Milliseconds since the epoch. The same point with the same time is one point, however often it is sent. */
  timestamp: number
  step: number
}

export interface DatasetInput {
  tags: KeyValue[]
  dataset: { name: string; digest: string; source_type: string; source: string; profile?: string }
}

const AT = '/api/2.0/mlflow'

export function experimentNamed(name: string) {
  return asking(`${AT}/experiments/get-by-name`, { experiment_name: name }, ExperimentAnswer)
}

export function newExperiment(name: string) {
  return once(`${AT}/experiments/create`, { name }, NewExperimentAnswer)
}

/** @param began milliseconds since the epoch */
export function newRun(experiment: string, name: string, began: number, tags: readonly KeyValue[]) {
  const run = { experiment_id: experiment, run_name: name, start_time: began, tags }
  return once(`${AT}/runs/create`, run, RunAnswer)
}

export function runOf(id: string) {
  return asking(`${AT}/runs/get`, { run_id: id }, RunAnswer)
}

/** Without an experiment it would be answered 200 and nothing. */
export function runsOfCommit(experiment: string, commit: string, since: number | undefined) {
  const filter = [
    `tags.\`mlflow.source.git.commit\` = '${commit}'`,
    ...(since === undefined ? [] : [`attributes.start_time >= ${since}`]),
  ].join(' and ')
  return again(`${AT}/runs/search`, { experiment_ids: [experiment], filter, max_results: 5 }, RunsAnswer)
}

/** Those that one tag names, the newest first. */
export function runsTagged(experiment: string, { key, value }: KeyValue) {
  const filter = `tags.\`${key}\` = '${value}'`
  return again(`${AT}/runs/search`, { experiment_ids: [experiment], filter, max_results: 5 }, RunsAnswer)
}

export interface Batch {
  params: readonly KeyValue[]
  metrics: readonly MetricPoint[]
  tags: readonly KeyValue[]
}

export function logBatch(run: string, batch: Batch) {
  return again(`${AT}/runs/log-batch`, { run_id: run, ...batch }, Anything)
}

export function logInputs(run: string, datasets: readonly DatasetInput[]) {
  return again(`${AT}/runs/log-inputs`, { run_id: run, datasets }, Anything)
}

export type RunStatus = 'FINISHED' | 'FAILED' | 'KILLED'

export function endRun(run: string, status: RunStatus, ended: number) {
  return again(`${AT}/runs/update`, { run_id: run, status, end_time: ended }, Anything)
}

export function tagRun(run: string, { key, value }: KeyValue) {
  return again(`${AT}/runs/set-tag`, { run_id: run, key, value }, Anything)
}

/** Into the store behind the server, where the run has its artifacts there; undefined where only that store's own client gets in. */
export function artifact(artifactUri: string, name: string, bytes: Uint8Array) {
  const path = artifactPath(artifactUri, name)
  if (path === undefined) return undefined
  return { path, bytes, method: 'PUT', isRepeatable: true, answer: Anything } satisfies MlflowRequest<object>
}

/** Out of it, as `artifact` gets there. */
export function artifactIn(artifactUri: string, name: string, most: number) {
  const path = artifactPath(artifactUri, name)
  if (path === undefined) return undefined
  return { path, fileOf: most, isRepeatable: true, answer: Bytes } satisfies MlflowRequest<Uint8Array>
}

export function newModel(name: string) {
  return once(`${AT}/registered-models/create`, { name }, Anything)
}

/** The versions of a model that one release made: none, or one. */
export function versionsOf(name: string, tag: KeyValue) {
  const filter = `name='${name.replaceAll("'", "''")}' and tags.\`${tag.key}\` = '${tag.value}'`
  return asking(`${AT}/model-versions/search`, { filter, max_results: '5' }, VersionsAnswer)
}

export interface NewVersion {
  name: string
  source: string
  run_id?: string
  model_id?: string
  description: string
  tags: readonly KeyValue[]
}

export function newVersion(version: NewVersion) {
  return once(`${AT}/model-versions/create`, version, VersionAnswer)
}

export function versionOf(name: string, version: string) {
  return asking(`${AT}/model-versions/get`, { name, version }, VersionAnswer)
}

/** What is one since MLflow 3; an older server does not know the path. */
export function newLoggedModel(experiment: string, name: string, run: string, tags: readonly KeyValue[]) {
  const model = { experiment_id: experiment, name, source_run_id: run, tags }
  return once(`${AT}/logged-models`, model, LoggedModelAnswer)
}

export function readyLoggedModel(id: string) {
  const ready = { model_id: id, status: 'LOGGED_MODEL_READY' }
  return { ...again(`${AT}/logged-models/${id}`, ready, Anything), method: 'PATCH' as const }
}

export function aliased(name: string, alias: string) {
  return asking(`${AT}/registered-models/alias`, { name, alias }, VersionAnswer)
}

export function setAlias(name: string, alias: string, version: string) {
  return again(`${AT}/registered-models/alias`, { name, alias, version }, Anything)
}

// --- internal ---

function artifactPath(artifactUri: string, name: string): string | undefined {
  const [, folder] = /^mlflow-artifacts:\/(?:\/\/)?((?:[\w.-]+\/)*[\w.-]+)$/.exec(artifactUri) ?? []
  if (folder === undefined || folder.split('/').some(part => /^\.+$/.test(part))) return undefined
  return `/api/2.0/mlflow-artifacts/artifacts/${folder}/${name}`
}

function asking<T>(path: string, query: Record<string, string>, answer: z.ZodType<T>): MlflowRequest<T> {
  return { path, query, isRepeatable: true, answer }
}

function again<T>(path: string, json: object, answer: z.ZodType<T>): MlflowRequest<T> {
  return { path, json, isRepeatable: true, answer }
}

function once<T>(path: string, json: object, answer: z.ZodType<T>): MlflowRequest<T> {
  return { path, json, isRepeatable: false, answer }
}
