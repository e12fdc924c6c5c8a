import * as z from 'zod'
import { tidyPath } from '../../text/relative-path.ts'
import { readDocuments } from '../../yaml/documents.ts'
import { plainValue } from '../../yaml/plain-value.ts'

/** What a `dvc.yaml` says of the files of parameters and metrics. */
export interface Pipeline {
  stages: string[]
  /** Each with the stage that writes it; without one, the file says only that it is there. */
  metrics: { file: string; stage?: string }[]
  /** What stages are trained with, the default file first. */
  params: string[]
}

/** The file that DVC takes parameters from where a stage names none. */
const USUAL_PARAMS = 'params.yaml'

/**
 * Text of `dvc.yaml` → what it names. Only what can be read off it: a name with `${…}` is left out, and so is whatever is not as
 * DVC has it; DVC itself says what is wrong there. Stages of a `foreach` or a `matrix` count by the name of them all.
 */
export function readPipeline(text: string): Pipeline {
  const { documents, faults } = readDocuments(text, { characters: 1024 * 1024 })
  const plain = faults.length === 0 && documents[0] ? plainValue(documents[0]) : { fault: 'unread' }
  const read = File.safeParse('value' in plain ? plain.value : {})
  if (!read.success) return { stages: [], metrics: [], params: [] }
  const { stages, metrics, params } = read.data
  const bodies = Object.entries(stages).map(([name, stage]) => ({ name, ...stage, ...stage.do }))
  const files = bodies.flatMap(({ params = [], wdir }) =>
    params.flatMap(entry =>
      typeof entry === 'string' ? [USUAL_PARAMS] : Object.keys(entry).flatMap(file => placed(file, wdir)),
    ),
  )
  const named = [...files, ...params.flatMap(file => placed(file, undefined))]
  return {
    stages: bodies.map(({ name }) => name),
    metrics: [
      ...bodies.flatMap(({ name, metrics = [], wdir }) =>
        metrics.flatMap(entry =>
          (typeof entry === 'string' ? [entry] : Object.keys(entry))
            .flatMap(file => placed(file, wdir))
            .map(file => ({ file, stage: name })),
        ),
      ),
      ...metrics.flatMap(file => placed(file, undefined)).map(file => ({ file })),
    ],
    params: [...new Set([...named.filter(file => file === USUAL_PARAMS), ...named])],
  }
}

/**
 * The metric files that stages write, and those that belong to no stage. Each once.
 *
 * @param stages by name; `true` for all
 */
export function metricsOf({ metrics }: Pipeline, stages: true | readonly string[]): string[] {
  const isMeant = (stage: string | undefined) =>
    stages === true || stage === undefined || stages.some(name => name.split('@')[0] === stage)
  return [...new Set(metrics.filter(({ stage }) => isMeant(stage)).map(({ file }) => file))]
}

// --- internal ---

/** A path, or a path with its options. */
const Entry = z.union([z.string(), z.record(z.string(), z.unknown())])
const Body = {
  wdir: z.string().optional().catch(undefined),
  metrics: z.array(Entry).optional().catch(undefined),
  params: z.array(Entry).optional().catch(undefined),
}
const Stage = z.object({ ...Body, do: z.object(Body).optional().catch(undefined) })
const File = z.object({
  stages: z.record(z.string(), Stage).default({}).catch({}),
  metrics: z.array(z.string()).default([]).catch([]),
  params: z.array(z.string()).default([]).catch([]),
})

/** Nothing where the path leads out, or is not known before DVC runs. */
function placed(file: string, wdir: string | undefined): string[] {
  const path = tidyPath(wdir === undefined ? file : `${wdir}/${file}`)
  const isKnown = !/\$\{/.test(path) && !/^(?:[a-z]+:|[/\\~])/i.test(wdir ?? file)
  return isKnown && path !== '' && !path.split('/').includes('..') ? [path] : []
}
