import { filledLabels, MESH_SERIES } from '../../deploy-config/mesh.ts'
import type { MeshRules } from '../canary/verdict.ts'
import { ARMS, type ArmName } from '../exposures/tally.ts'
import { labelled, literally, quoted, union } from './promql.ts'

/** What Prometheus is asked of the series of a mesh. */

/** Whose series. */
export interface MeshOf {
  model: string
  environment: string
  mesh: MeshRules
}

/** Labels that a question adds to what it asks for: of which arm a series is, and what it counts. */
export const ARM = 'assay_arm'
export const COUNT = 'assay_count'

/** Every how many seconds, from when on until when in milliseconds. */
export interface Grid {
  step: number
  start: number
  end: number
}

/**
 * The instants at which counters are looked at. They end a minute before now: of what was read last, some may not be there yet. They begin
 * two minutes before what is counted begins: what a counter has counted by then is known where it was read at all. A counter that begins
 * anew loses what it has counted since the instant before.
 *
 * @param since milliseconds
 */
export function gridOf(since: number, now: number): Grid {
  const end = now - SETTLED_S * 1000
  const seconds = Math.max(0, end - since) / 1000 + BEFORE_S
  const step = Math.max(LEAST_STEP_S, Math.ceil(seconds / MOST_POINTS))
  return { step, start: end - Math.ceil(seconds / step) * step * 1000, end }
}

/** The counters of both arms, as they are: requests, and the two buckets by which an answer is slow or not. */
export function meshQuery(of: MeshOf): string {
  return union(selected(of).map(([selector, marks]) => marked(selector, marks)))
}

/** When each of them was read last, in seconds. */
export function meshReadQuery(of: MeshOf): string {
  const times = selected(of).map(([selector, marks]) => marked(`timestamp(${selector})`, marks))
  return `max by (${ARM}, ${COUNT}) (${union(times)})`
}

/** Which bounds the buckets of the arms have. */
export function meshBoundsQuery(of: MeshOf): string {
  const buckets = ARMS.map(arm => marked(selectorOf(of, arm, 'buckets'), { [ARM]: arm, [COUNT]: 'buckets' }))
  return `count by (le) (${union(buckets)})`
}

/** What is asked for of each arm. */
export function countsAsked({ mesh }: Pick<MeshOf, 'mesh'>): readonly MeshCount[] {
  return mesh.slow === undefined ? ['requests'] : ['requests', 'buckets']
}
export type MeshCount = 'requests' | 'buckets'

// --- internal ---

const BEFORE_S = 120
const SETTLED_S = 60
const LEAST_STEP_S = 5
/** A day in steps of 35 s, a week in steps of 4 min: some 50 KB a series. */
const MOST_POINTS = 2500

function selected(of: MeshOf): [selector: string, marks: Record<string, string>][] {
  const { slow } = of.mesh
  const bounds = slow === undefined ? [] : [`le=~${quoted(`${spellingsOf(slow)}|\\+Inf`)}`]
  return ARMS.flatMap(arm =>
    countsAsked(of).map((count): [string, Record<string, string>] => [
      selectorOf(of, arm, count, count === 'buckets' ? bounds : []),
      { [ARM]: arm, [COUNT]: count },
    ]),
  )
}

function selectorOf(
  { mesh, model, environment }: MeshOf,
  arm: ArmName,
  count: MeshCount,
  more: readonly string[] = [],
): string {
  const { version, labels } = mesh.arms[arm]
  const matchers = Object.entries(filledLabels(labels, { model, environment, version })).map(
    ([name, value]) => `${name}=${quoted(value)}`,
  )
  return `${MESH_SERIES[mesh.series][count]}{${[...matchers, ...more].join(',')}}`
}

function marked(vector: string, marks: Record<string, string>): string {
  return Object.entries(marks).reduce((inner, [label, value]) => labelled(inner, label, value), vector)
}

/** How a bound may be written, as a regular expression: `250`, `250.0`, `2.5e+06`. */
function spellingsOf(bound: number): string {
  const [digits = '', exponent = ''] = bound.toExponential().split('e')
  const scientific = `${literally(digits)}[eE]\\+?0*${literally(exponent.replace('+', ''))}`
  return `${literally(String(bound))}${Number.isInteger(bound) ? '(\\.0*)?' : '0*'}|${scientific}`
}
