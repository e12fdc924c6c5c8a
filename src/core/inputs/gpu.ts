/**
 * GPU samples as `nvidia-smi` prints them, and what they add up to. Its text is not guaranteed to stay as it is, and drivers
 * leave values out: a value that is no number is absent, a line that is no sample is passed over.
 */

/** What to ask for, in this order: `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`. */
export const GPU_FIELDS = [
  'timestamp',
  'index',
  'uuid',
  'name',
  'utilization.gpu',
  'memory.used',
  'memory.total',
  'power.draw',
  'mig.mode.current',
] as const

export interface GpuSample {
  /** Milliseconds on the machine's wall clock, without a zone: only differences mean anything. */
  at: number
  index: number
  uuid: string
  name: string
  /** 0..1: the share of the sample period in which at least one kernel ran. Absent in MIG mode. */
  utilisation?: number
  memoryMiB?: number
  memoryTotalMiB?: number
  watts?: number
  /** The GPU is cut into slices. */
  mig: boolean
}

/** The whole samples in a text; half lines, headers, messages and garbage are passed over. */
export function parseGpuSamples(text: string): GpuSample[] {
  return text
    .split('\n')
    .map(parseLine)
    .filter(sample => sample !== undefined)
}

/**
 * Whether a job with this CUDA_VISIBLE_DEVICES sees the GPU: by index or (the beginning of the) uuid; nothing set is all. A
 * slice of a GPU (`MIG-…`) does not tell whose it is: every GPU that is cut into slices counts. CUDA numbers the fastest GPU
 * first, nvidia-smi goes by bus; they agree where all GPUs are of one kind, or with CUDA_DEVICE_ORDER=PCI_BUS_ID.
 */
export function isVisibleGpu(gpu: Pick<GpuSample, 'index' | 'uuid' | 'mig'>, devices?: string): boolean {
  if (devices === undefined) return true
  const named = devices.split(',').map(device => device.trim())
  // CUDA ignores everything from the first device on that is none.
  const end = named.findIndex(device => !/^\d+$|^(GPU|MIG)-/i.test(device))
  return named.slice(0, end === -1 ? undefined : end).some(device => {
    if (/^MIG-/i.test(device)) return gpu.mig && (!device.includes('GPU-') || device.includes(gpu.uuid))
    if (/^GPU-/i.test(device)) return gpu.uuid.toLowerCase().startsWith(device.toLowerCase())
    return Number(device) === gpu.index
  })
}

// --- internal ---

/** The separator is a comma and a space, so a decimal comma is no separator; a name may hold separators. */
function parseLine(line: string): GpuSample | undefined {
  if (line.length > MAX_LINE) return undefined
  const fields = line.trim().split(/,\s+/)
  if (fields.length < GPU_FIELDS.length) return undefined
  const [timestamp, index, uuid] = fields as [string, string, string]
  const [utilisation, used, total, power, mig] = fields.slice(-5) as [string, string, string, string, string]
  const name = fields.slice(3, -5).join(', ')
  const at = parseTime(timestamp)
  // The last field is no number: a line that is cut off does not pass as one with fewer fields in its name.
  if (!/^(Enabled|Disabled|\[[^\]]*\]|N\/A)$/.test(mig)) return undefined
  if (at === undefined || !/^\d{1,4}$/.test(index) || !/^GPU-[0-9a-f-]{1,64}$/i.test(uuid) || name === '')
    return undefined
  const percent = parseNumber(utilisation)
  return {
    at,
    index: Number(index),
    uuid,
    name,
    utilisation: percent === undefined || percent > 100 ? undefined : percent / 100,
    memoryMiB: parseNumber(used),
    memoryTotalMiB: parseNumber(total),
    watts: parseNumber(power),
    mig: mig === 'Enabled',
  }
}

const MAX_LINE = 1_000

/** `2026/03/01 12:00:00.123` */
function parseTime(text: string): number | undefined {
  const parts = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)(?:[.,](\d{1,3}))?$/.exec(text)
  if (!parts) return undefined
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as number[] & { length: 6 }
  const at = Date.UTC(
    year!,
    month! - 1,
    day!,
    hour!,
    minute!,
    second!,
    Number((parts[7] ?? '').padEnd(3, '0')),
  )
  return month! <= 12 && day! <= 31 && hour! < 24 && minute! < 60 && second! <= 60 ? at : undefined
}

/** Not negative and below a million; `[N/A]`, `[Not Supported]`, `[Unknown Error]`, `ERR!` and everything else is absent. */
function parseNumber(text: string): number | undefined {
  return /^\d{1,6}(?:[.,]\d{1,6})?$/.test(text) ? Number(text.replace(',', '.')) : undefined
}
