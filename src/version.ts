/** Version of Assay: stands in every result, so that a number can be recomputed by what made it. Equal to package.json's, by test. */
export const VERSION = '0.1.0'

/** Why a Node is too old for Assay, for the person who started it; undefined where it is not. `version` as `process.versions.node` has it. */
export function oldNode(version: string): string | undefined {
  if (Number(version.split('.')[0]) >= LEAST_NODE) return undefined
  return `Assay needs Node ${LEAST_NODE} or newer; this is v${version}. Every maintained CI image has one.`
}

// --- internal ---

const LEAST_NODE = 22
