/**
 * Numbers as people read them. One rule: as many decimals as the interval can carry (two digits of its half-width), four
 * where there is none (two digits for numbers below a thousandth); a true minus sign; never "-0". Shares stay shares:
 * 0.8734, not 87.34 %, so that a value, its change and a gate's margin are in one unit.
 */

const MINUS = '\u2212'
const DEFAULT_DECIMALS = 4
const MOST_DECIMALS = 6
/** Anything smaller is nothing, next to numbers of four decimals. */
const LEAST_SHOWN = 5e-7

interface WithInterval {
  interval?: { low: number; high: number }
}

/** `0.8734`, `1,204`, `−0.0012`. `context` is the estimate or difference whose interval sets the decimals. */
export function formatNumber(value: number, context?: WithInterval): string {
  if (!Number.isFinite(value)) return 'n/a'
  return Math.abs(value) >= 1e15
    ? value.toExponential(3).replace('-', MINUS)
    : withDecimals(value, decimalsFor(value, context))
}

/** As `formatNumber`, with a plus sign: `+0.0022`. Zero has none. */
export function formatSigned(value: number, context?: WithInterval): string {
  const text = formatNumber(value, context)
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text
}

/** `+0.0022 (95 % interval −0.0010 to +0.0054)`; an exact difference has no interval. */
export function formatChange(difference: {
  value: number
  interval: { low: number; high: number; level: number }
}): string {
  return changeText(difference, `${Math.round(difference.interval.level * 100)} % interval `)
}

/** `+0.0022 (−0.0010 to +0.0054)`: for a column whose head says which interval. */
export function changeText(
  difference: { value: number; interval: { low: number; high: number } },
  label = '',
): string {
  const { low, high } = difference.interval
  const value = formatSigned(difference.value, difference)
  if (low === high) return value
  return `${value} (${label}${formatSigned(low, difference)} to ${formatSigned(high, difference)})`
}

/** Relative change as `+1.2 %`; `n/a` from a baseline of zero. */
export function formatRelative(change: number, baseline: number): string {
  if (baseline === 0 || !Number.isFinite(change / baseline)) return 'n/a'
  const percent = (100 * change) / Math.abs(baseline)
  return `${formatSigned(percent, { interval: { low: 0, high: 4 } })} %`
}

/** Whole numbers with thousands separators. */
export function formatCount(count: number): string {
  // Not by the locale of the engine: loading its data costs more than the rest of the rendering.
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 gate`, `2,000 rows`. */
export function count(number: number, noun: string): string {
  return `${formatCount(number)} ${noun}${number === 1 ? '' : 's'}`
}

/** `45 s`, `12 min 30 s`, `3 h 05 min`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return 'n/a'
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`
  const whole = Math.round(seconds)
  if (whole < 120) return `${whole} s`
  if (whole < 7200) return `${Math.floor(whole / 60)} min${whole % 60 > 0 ? ` ${whole % 60} s` : ''}`
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`
}

/** `12.40 EUR`. */
export function formatMoney(amount: number, currency: string | undefined): string {
  const decimals = Math.abs(amount) < 0.1 && amount !== 0 ? 4 : 2
  return `${withDecimals(amount, decimals)} ${currency ?? ''}`.trim()
}

/** `p 0.031`, `p < 0.001`: two digits are enough to read. */
export function pWords(p: number): string {
  if (p < 0.001) return 'p < 0.001'
  return `p ${p.toFixed(p < 0.1 ? 3 : 2)}`
}

/** `515 kB`, `12.3 MB`, `4.0 GB`: by thousands, as disks and stores count. */
export function formatBytes(bytes: number): string {
  const power = BYTES.findIndex((_, at) => bytes < 999.5 * 1000 ** at || at === BYTES.length - 1)
  return `${(bytes / 1000 ** power).toFixed(power > 1 ? 1 : 0)} ${BYTES[power]}`
}

/** `73 %`. */
export function formatShare(share: number): string {
  return `${Math.round(100 * share)} %`
}

// --- internal ---

const BYTES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** Rounded first, so that nothing is a minus sign before zeros. */
function withDecimals(value: number, decimals: number): string {
  const rounded = Number(value.toFixed(decimals))
  const [whole, fraction] = Math.abs(rounded).toFixed(decimals).split('.')
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${rounded < 0 ? MINUS : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`
}

function decimalsFor(value: number, context: WithInterval | undefined): number {
  const width = context?.interval ? Math.abs(context.interval.high - context.interval.low) / 2 : 0
  if (width > 0 && Number.isFinite(width)) return clamp(1 - Math.floor(Math.log10(width)), 0, MOST_DECIMALS)
  if (Number.isInteger(value)) return 0
  const size = Math.abs(value)
  if (size < 1e-3 && size >= LEAST_SHOWN) return 1 - Math.floor(Math.log10(size))
  return clamp(
    DEFAULT_DECIMALS - Math.max(0, Math.floor(Math.log10(Math.abs(value) || 1))),
    0,
    DEFAULT_DECIMALS,
  )
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}
