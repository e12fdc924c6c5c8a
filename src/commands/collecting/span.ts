import type { Refusal } from '../command/option-kinds.ts'

const MINUTES = { m: 1, h: 60, d: 24 * 60 }

/** `15m`, `1h`, `30d` → minutes; undefined for what is none. */
export function spanMinutes(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? []
  return unit === undefined ? undefined : Number(count) * MINUTES[unit as keyof typeof MINUTES]
}

export function spanRule(text: string): Refusal | undefined {
  return spanMinutes(text) === undefined
    ? { wrong: 'is no span of time', fix: 'minutes, hours or days, such as `15m`, `6h` or `30d`' }
    : undefined
}
