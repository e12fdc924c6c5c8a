import type { Mutant, Operator } from './mutants.ts'

/** Mutants that no test can or need notice, each with its reason. Found again by what stands there, not by the line. */
interface Survivor {
  file: string
  operator: Operator
  original: string
  reason: string
}

const SURVIVORS: Survivor[] = [
  {
    file: 'src/core/deploy-config/freeze.ts',
    operator: 'boundary',
    original: '<',
    reason: 'how many windows in a row are no freeze but a stop is a guess: one more is as right',
  },
  {
    file: 'src/core/deploy-config/freeze.ts',
    operator: 'boundary',
    original: '>',
    reason:
      'which day an end falls on whose time is that of the beginning: where both are the same, the window is refused when it is read',
  },
  ...['checkBranchNames([request.branch, request.base])', 'checkFileChanges(files)'].map(original => ({
    file: 'src/forges/ensure/branch.ts',
    operator: 'removed call' as const,
    original,
    reason: 'each repository asks the same again before it writes; here it is asked before anything is read',
  })),
  ...(['negated condition', 'boundary'] as const).map(operator => ({
    file: 'src/core/secrets/secrets.ts',
    operator,
    original: operator === 'boundary' ? '<' : 'a < b',
    reason:
      'forms of one length mask the same in any order; the order only makes the list the same each time',
  })),
  {
    file: 'src/core/verdict/gates/judge.ts',
    operator: 'boundary',
    original: '>=',
    reason:
      'a value at the limit has the p 1 either way; without an interval 0/0 makes `normalSf` throw: noticed by that error, which is no assertion',
  },
  {
    file: 'src/core/secrets/web-address.ts',
    operator: 'logic',
    original: '||',
    reason: 'what is no URL makes `new URL` throw: noticed by that error, which is no assertion',
  },
]

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
