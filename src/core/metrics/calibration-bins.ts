/** ECE has ten bins of equal width; a score of 1 falls into the last. */
export const CALIBRATION_BINS = 10

export function calibrationBin(score: number): number {
  return Math.max(0, Math.min(Math.floor(CALIBRATION_BINS * score), CALIBRATION_BINS - 1))
}
