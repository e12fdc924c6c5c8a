// The metrics of a list of {score, late}.

/** A flight is announced as late from this score on. The same number stands in assay.yml. */
export const THRESHOLD = 0.3

export function metricsOf(rows) {
  const count = test => rows.filter(test).length
  const announced = count(row => row.score >= THRESHOLD)
  const found = count(row => row.score >= THRESHOLD && row.late)
  const late = count(row => row.late)
  return {
    accuracy: count(row => row.score >= THRESHOLD === (row.late === 1)) / rows.length,
    precision: announced ? found / announced : 0,
    recall: found / late,
    f1: (2 * found) / (announced + late),
    roc_auc: areaUnderRoc(rows),
    log_loss: mean(rows, row => -Math.log(row.late ? row.score : 1 - row.score)),
    brier: mean(rows, row => (row.score - row.late) ** 2),
  }
}

/** Mann–Whitney: the chance that a late flight scores above a punctual one; ties count one half. */
function areaUnderRoc(rows) {
  const sorted = [...rows].sort((left, right) => left.score - right.score)
  let rankSum = 0
  for (let start = 0; start < sorted.length; ) {
    let end = start
    while (end < sorted.length && sorted[end].score === sorted[start].score) end++
    const middleRank = (start + 1 + end) / 2
    for (let i = start; i < end; i++) if (sorted[i].late) rankSum += middleRank
    start = end
  }
  const late = rows.filter(row => row.late).length
  return (rankSum - (late * (late + 1)) / 2) / (late * (rows.length - late))
}

function mean(rows, of) {
  return rows.reduce((sum, row) => sum + of(row), 0) / rows.length
}
