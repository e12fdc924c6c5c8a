import { describe, expect, it } from 'vitest'
import { expectOutputs, referenceCases } from './reference/cases.ts'
import { inference } from './reference/inference.ts'
import { monitoring } from './reference/monitoring.ts'
import { predictions } from './reference/predictions.ts'

const adapters = { ...inference, ...monitoring, ...predictions }
const families = [...new Set(referenceCases.map(example => example.family))].sort()

describe.each(families)('numbers of scipy, scikit-learn and statsmodels: %s', family => {
  it.each(referenceCases.filter(example => example.family === family))('$id', example => {
    const adapter = adapters[family]
    expect(adapter, `nothing computes the family ${family}`).toBeDefined()

    const computed = adapter!(example.inputs, example.outputs)

    expectOutputs(example, computed)
  })
})
