import type { Mutant, Operator } from './mutants.ts'

/** Mutants that no test can or need notice, each with its reason. Found again by what stands there, not by the line. */
interface Survivor {
  file: string
  operator: Operator
  original: string
  reason: string
}

const SURVIVORS: Survivor[] = []

/** Why this mutant may survive; undefined where nobody has said. */
export function reasonFor(mutant: Mutant): string | undefined {
  return SURVIVORS.find(survivor => matches(survivor, mutant))?.reason
}

/** The reasons that none of these mutants needs. */
export function staleReasons(survived: Mutant[]): string[] {
  return SURVIVORS.filter(survivor => !survived.some(mutant => matches(survivor, mutant))).map(
    ({ file, operator, original }) => `${file} ${operator} ${original}`,
  )
}

// --- internal ---

function matches(survivor: Survivor, mutant: Mutant): boolean {
  return (
    survivor.file === mutant.file &&
    survivor.operator === mutant.operator &&
    survivor.original === mutant.original
  )
}
