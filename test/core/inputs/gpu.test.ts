import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GpuUsage } from '../../../src/core/inputs/evaluation.ts'
import { type GpuSample, isVisibleGpu, parseGpuSamples } from '../../../src/core/inputs/gpu.ts'
import { gpuTally } from '../../../src/core/inputs/gpu-usage.ts'
import { cases } from '../../support/rounds.ts'

const UUID = 'GPU-5f0c1a3e-7a52-3b1d-9c84-0d6b2f4e8a11'

describe('parseGpuSamples', () => {
  it('reads a line', () => {
    const [sample] = parseGpuSamples(fixture('a100.txt').split('\n')[3]!)

    expect(sample).toEqual({
      at: Date.UTC(2026, 2, 1, 14, 3, 23, 226),
      index: 0,
      uuid: UUID,
      name: 'NVIDIA A100-SXM4-80GB',
      utilisation: 0.41,
      memoryMiB: 9211,
      memoryTotalMiB: 81920,
      watts: 181.55,
      mig: false,
    })
  })

  it('leaves out what the driver does not report', () => {
    const samples = parseGpuSamples(fixture('not-reported.txt'))

    expect(samples).toHaveLength(4)
    expect(samples.map(({ utilisation, watts }) => [utilisation, watts])).toEqual(
      Array(4).fill([undefined, undefined]),
    )
    expect(samples.map(sample => sample.memoryMiB)).toEqual([undefined, 1024, undefined, undefined])
  })

  it('reads names with commas and decimal commas, and passes over messages and lines cut off', () => {
    const samples = parseGpuSamples(fixture('odd.txt'))

    expect(samples.map(({ name, watts, utilisation }) => ({ name, watts, utilisation }))).toEqual([
      { name: 'Card, with a comma', watts: 100.5, utilisation: 0.5 },
      { name: 'Card, with a comma', watts: 110.5, utilisation: 0.6 },
    ])
  })

  it.each(['no-driver.txt', 'no-devices.txt'])('finds nothing in %s', file => {
    expect(parseGpuSamples(fixture(file))).toEqual([])
  })

  it('never reads a line that was cut off as another sample than the whole line is', () => {
    const line = fixture('odd.txt').split('\n')[0]!
    const [whole] = parseGpuSamples(line)

    for (let length = 0; length < line.length; length++)
      expect(parseGpuSamples(line.slice(0, length))).toEqual([])
    expect(whole).toBeDefined()
  })

  it('takes any text and gives finite numbers only', () => {
    const field = fc.oneof(
      fc.constantFrom('[N/A]', 'NaN', '1e999', '-5', '', 'Infinity', '101', '2026/99/99 99:99:99.999', UUID),
      fc.string(),
      fc.double().map(String),
    )
    const line = fc.oneof(
      fc.array(field, { maxLength: 14 }).map(fields => fields.join(', ')),
      fc
        .tuple(field, field, field, field, field)
        .map(
          ([name, ...rest]) => `2026/03/01 14:03:20.217, 0, ${UUID}, ${name}, ${rest.join(', ')}, Disabled`,
        ),
    )

    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string())), lines => {
        const samples = parseGpuSamples(lines.join('\n'))
        const numbers = [...samples, ...usageOf(samples)].flatMap(numbersIn)
        expect(numbers.every(number => Number.isFinite(number) && number >= 0)).toBe(true)
      }),
      cases(2000),
    )
  })
})

describe('isVisibleGpu', () => {
  const gpu = { index: 1, uuid: UUID, mig: false }

  it.each<[string | undefined, boolean]>([
    [undefined, true],
    ['', false],
    ['-1', false],
    ['NoDevFiles', false],
    ['1', true],
    ['0', false],
    ['0,1', true],
    ['0, 1', true],
    ['0,-1,1', false],
    [UUID, true],
    ['GPU-5f0c', true],
    ['gpu-5F0C', true],
    ['GPU-6', false],
    ['MIG-1b2c', false],
  ])('with CUDA_VISIBLE_DEVICES %j: %s', (devices, visible) => {
    expect(isVisibleGpu(gpu, devices)).toBe(visible)
  })

  it.each([
    ['MIG-9f1b2c3d-0000-5000-8000-1234567890ab', true],
    [`MIG-${UUID}/7/0`, true],
    ['MIG-GPU-00000000-7a52-3b1d-9c84-0d6b2f4e8a11/7/0', false],
  ])('for a GPU cut into slices, %s: %s', (devices, visible) => {
    expect(isVisibleGpu({ ...gpu, mig: true }, devices)).toBe(visible)
  })
})

describe('gpuTally', () => {
  it('adds one GPU up', () => {
    const [usage, ...others] = usageOf(parseGpuSamples(fixture('a100.txt')))

    expect(others).toEqual([])
    expect(usage).toMatchObject({
      index: 0,
      name: 'NVIDIA A100-SXM4-80GB',
      memoryPeakMiB: 30518,
      memoryTotalMiB: 81920,
    })
    expect(usage!.utilisation).toBeCloseTo(0.546, 10)
    expect(usage!.idleShare).toBeCloseTo(0.3, 10)
    expect(usage!.seconds).toBeCloseTo(9.027, 10)
    // Σ (wᵢ + wᵢ₊₁) / 2 × 1.003 s / 3600
    expect(usage!.energyWh).toBeCloseTo(0.614_613_325, 9)
    expect(usage!.trace).toHaveLength(10)
    expect(usage!.trace!.at(-1)).toEqual({ second: expect.closeTo(9.027), utilisation: 0.12, memoryMiB: 517 })
  })

  it('keeps several GPUs apart and in order', () => {
    const usage = usageOf(parseGpuSamples(fixture('a100-x4.txt')).toSorted((a, b) => b.index - a.index))

    expect(usage.map(gpu => gpu.index)).toEqual([0, 1, 2, 3])
    expect(usage.map(gpu => gpu.idleShare)).toEqual([0, 0, 1, 1])
    expect(usage.map(gpu => gpu.energyWh)).toEqual([300, 250, 70, 60].map(watts => (watts * 4) / 3600))
  })

  it('says nothing about the utilisation of a GPU cut into slices, but measures memory and energy', () => {
    const [usage] = usageOf(parseGpuSamples(fixture('mig.txt')))

    expect(usage).toMatchObject({ utilisation: undefined, idleShare: undefined, trace: undefined })
    expect(usage!.memoryPeakMiB).toBe(20480)
    expect(usage!.energyWh).toBeGreaterThan(0)
  })

  it('has no energy where power is not reported, or was for a part of the time only', () => {
    const [silent] = usageOf(parseGpuSamples(fixture('not-reported.txt')))
    const [partly] = usageOf(parseGpuSamples(fixture('a100.txt')), 600)

    expect(silent!.energyWh).toBeUndefined()
    expect(partly!.energyWh).toBeUndefined()
    expect(partly!.seconds).toBe(600)
  })

  it('counts neither the hour that a changed clock skips nor one it takes back', () => {
    const forward = [sampleAt(0), sampleAt(1), sampleAt(3601), sampleAt(3602)]
    const back = [sampleAt(3600), sampleAt(3601), sampleAt(1), sampleAt(2)]

    for (const samples of [forward, back]) {
      const [usage] = usageOf(samples)
      expect(usage!.seconds).toBe(2)
      expect(usage!.energyWh).toBeCloseTo(200 / 3600, 12)
    }
  })

  it('draws a day of samples in at most 200 points whose mean is the utilisation', () => {
    const samples = Array.from({ length: 86_400 }, (_, second) => sampleAt(second, (second % 100) / 100))

    const [usage] = usageOf(samples)

    const trace = usage!.trace!
    expect(trace.length).toBeLessThanOrEqual(200)
    expect(trace.length).toBeGreaterThan(100)
    expect(trace.map(point => point.second)).toEqual(trace.map(point => point.second).sort((a, b) => a - b))
    expect(usage!.utilisation).toBeCloseTo(0.495, 6)
    expect(trace.reduce((sum, point) => sum + point.utilisation, 0) / trace.length).toBeCloseTo(0.495, 2)
  })

  it('keeps utilisation and idle share between 0 and 1 and the peak at the largest sample', () => {
    const sample = fc.record({
      at: fc.integer({ min: 0, max: 1e9 }),
      utilisation: fc.option(
        fc.integer({ min: 0, max: 100 }).map(percent => percent / 100),
        {
          nil: undefined,
        },
      ),
      memoryMiB: fc.option(fc.integer({ min: 0, max: 1e5 }), { nil: undefined }),
    })

    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 600 }), raw => {
        const [usage] = usageOf(raw.map(part => ({ ...sampleAt(0), ...part })))
        const memory = raw.flatMap(part => part.memoryMiB ?? [])
        expect(usage!.utilisation ?? 0).toBeLessThanOrEqual(1)
        expect(usage!.idleShare ?? 0).toBeLessThanOrEqual(1)
        expect(usage!.memoryPeakMiB).toBe(memory.length > 0 ? Math.max(...memory) : undefined)
        expect(usage!.trace?.length ?? 0).toBeLessThanOrEqual(200)
      }),
    )
  })
})

function usageOf(samples: readonly GpuSample[], heldSeconds?: number): GpuUsage[] {
  const tally = gpuTally()
  tally.add(samples)
  return tally.usage(heldSeconds)
}

function fixture(file: string): string {
  return readFileSync(new URL(`../../data/nvidia-smi/${file}`, import.meta.url), 'utf8')
}

function sampleAt(second: number, utilisation = 0.5): GpuSample {
  return { at: second * 1000, index: 0, uuid: UUID, name: 'T4', utilisation, watts: 100, mig: false }
}

function numbersIn(value: object): number[] {
  return Object.values(value).flatMap(entry =>
    typeof entry === 'number' ? [entry] : Array.isArray(entry) ? entry.flatMap(numbersIn) : [],
  )
}
