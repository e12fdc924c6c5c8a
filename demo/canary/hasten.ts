import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers/promises'
import { CLOCK_BEGAN, FASTER, hastenDate } from './clock.ts'

/** `node --import demo/canary/hasten.ts`: a program that lives by the clock of the demo, its pauses too. */

hastenDate(Number(process.env[CLOCK_BEGAN]))
const { setTimeout: once, setInterval: again } = globalThis
const sleep = timers.setTimeout
const shorter = (milliseconds = 0) => milliseconds / FASTER
Object.assign(globalThis, {
  setTimeout: Object.assign(
    (call: () => void, milliseconds?: number, ...more: []) => once(call, shorter(milliseconds), ...more),
    once,
  ),
  setInterval: (call: () => void, milliseconds?: number, ...more: []) =>
    again(call, shorter(milliseconds), ...more),
})
timers.setTimeout = (milliseconds, value, options) => sleep(shorter(milliseconds), value, options)
syncBuiltinESMExports()
