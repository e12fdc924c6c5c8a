import type { Variable } from './variables.ts'

/** How a half reads its variables. */
export interface Reading {
  /** Undefined where it is not set, or empty. */
  given(name: Variable): string | undefined
  /** Says what is wrong with a variable, without its value. */
  wrong(name: Variable, what: string, fix: string): undefined
  warn(text: string): void
  /** The address in a variable, without a slash at its end: https, or plain http that stays on this machine or in its cluster. */
  address(name: Variable, example: string): string | undefined
}
