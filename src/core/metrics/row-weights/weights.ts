/** How often each row counts: all ones for the value itself, the multiplicities of the draw for a resample. */
export type RowWeights = Uint8Array | Uint32Array | Float64Array

/** A metric of one side as a function of how often each row counts; undefined where it does not exist. */
export type MetricByWeights = (weights: RowWeights) => number | undefined
