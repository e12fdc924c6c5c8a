import type { GpuUsage } from './evaluation.ts'
import type { GpuSample } from './gpu.ts'

/**
 * Adds samples up as they come: mean utilisation, share of idle samples, peak memory, energy, utilisation over time. What it
 * holds does not grow with the time that training takes.
 */
export interface GpuTally {
  add(samples: readonly GpuSample[]): void
  /**
   * One entry a GPU, by index. `heldSeconds` is how long the job had them, which is what they cost; without it the time
   * between first and last sample. Energy is left out where the samples cover less than 90 % of that.
   */
  usage(heldSeconds?: number): GpuUsage[]
}

/** An empty tally of GPU samples. */
export function gpuTally(): GpuTally {
  const devices = new Map<string, Device>()
  return {
    add(samples) {
      for (const sample of samples) {
        const device = devices.get(sample.uuid) ?? newDevice(sample)
        devices.set(sample.uuid, device)
        addSample(device, sample)
      }
    },
    usage: heldSeconds =>
      [...devices.values()].map(device => usageOf(device, heldSeconds)).sort((a, b) => a.index - b.index),
  }
}

// --- internal ---

const IDLE = 0.05
const MAX_POINTS = 200
/** Longer without a sample is a gap (a suspended machine, a clock that was set): nobody knows what was drawn meanwhile. */
const MAX_GAP_MS = 60_000
const ENOUGH = 0.9

interface Point {
  second: number
  busy: number
  memoryMiB?: number
  samples: number
}

interface Device {
  index: number
  name: string
  seconds: number
  last?: number
  lastPower?: { at: number; watts: number }
  wattSeconds: number
  poweredSeconds: number
  reported: number
  busy: number
  idle: number
  memoryPeakMiB?: number
  memoryTotalMiB?: number
  trace: Point[]
  /** Samples in one point of the trace; doubles when the trace is full. */
  perPoint: number
}

function newDevice({ index, name }: GpuSample): Device {
  const sums = { seconds: 0, wattSeconds: 0, poweredSeconds: 0, reported: 0, busy: 0, idle: 0 }
  return { index, name, ...sums, trace: [], perPoint: 1 }
}

function addSample(device: Device, sample: GpuSample): void {
  device.seconds += stepSeconds(device.last, sample.at)
  device.last = sample.at
  if (sample.watts !== undefined) addPower(device, sample.at, sample.watts)
  device.memoryPeakMiB = larger(device.memoryPeakMiB, sample.memoryMiB)
  device.memoryTotalMiB = larger(device.memoryTotalMiB, sample.memoryTotalMiB)
  if (sample.utilisation === undefined) return
  device.reported++
  device.busy += sample.utilisation
  if (sample.utilisation < IDLE) device.idle++
  addPoint(device, sample.utilisation, sample.memoryMiB)
}

/** Trapezoid rule over the times that the driver printed, which are not evenly spaced. */
function addPower(device: Device, at: number, watts: number): void {
  const before = device.lastPower
  const seconds = stepSeconds(before?.at, at)
  if (before) device.wattSeconds += (seconds * (before.watts + watts)) / 2
  device.poweredSeconds += seconds
  device.lastPower = { at, watts }
}

/** Time between two samples; a gap or a clock that went back counts nothing. */
function stepSeconds(before: number | undefined, at: number): number {
  const step = before === undefined ? 0 : at - before
  return step > 0 && step <= MAX_GAP_MS ? step / 1000 : 0
}

function addPoint(device: Device, utilisation: number, memoryMiB: number | undefined): void {
  let point = device.trace.at(-1)
  if (!point || point.samples >= device.perPoint) {
    if (device.trace.length >= MAX_POINTS) halveTrace(device)
    point = { second: device.seconds, busy: 0, samples: 0 }
    device.trace.push(point)
  }
  point.busy += utilisation
  point.samples++
  point.memoryMiB = larger(point.memoryMiB, memoryMiB)
}

function halveTrace(device: Device): void {
  const pairs = device.trace.filter((_, index) => index % 2 === 0)
  device.trace = pairs.map((point, index) => {
    const next = device.trace[2 * index + 1]
    if (!next) return point
    return {
      second: point.second,
      busy: point.busy + next.busy,
      samples: point.samples + next.samples,
      memoryMiB: larger(point.memoryMiB, next.memoryMiB),
    }
  })
  device.perPoint *= 2
}

function usageOf(device: Device, heldSeconds: number | undefined): GpuUsage {
  const seconds = heldSeconds ?? device.seconds
  const { reported } = device
  // The first sample comes a moment after the start: on a short run that moment is no gap.
  const covered = device.poweredSeconds > 0 && device.poweredSeconds >= ENOUGH * seconds - 2
  return {
    index: device.index,
    name: device.name,
    utilisation: reported > 0 ? device.busy / reported : undefined,
    idleShare: reported > 0 ? device.idle / reported : undefined,
    memoryPeakMiB: device.memoryPeakMiB,
    memoryTotalMiB: device.memoryTotalMiB,
    energyWh: covered ? device.wattSeconds / 3600 : undefined,
    seconds,
    trace: device.trace.length > 0 ? device.trace.map(shownPoint) : undefined,
  }
}

function shownPoint({ second, busy, samples, memoryMiB }: Point) {
  return { second, utilisation: busy / samples, memoryMiB }
}

function larger(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b)
}
