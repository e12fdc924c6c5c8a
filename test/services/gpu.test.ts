import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type GpuSampler, sampleGpus } from '../../src/services/gpu.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-gpu-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('sampleGpus', () => {
  it('measures until it is stopped', async () => {
    nvidiaSmi(`${replay('a100.txt')}; touch printed; exec sleep 300`)

    const sampler = await sampleGpus({ env: env() })
    await printed()
    const usage = await sampler.stop()

    expect(usage).toHaveLength(1)
    expect(usage[0]).toMatchObject({ name: 'NVIDIA A100-SXM4-80GB', memoryPeakMiB: 30518 })
    expect(usage[0]!.utilisation).toBeCloseTo(0.546, 10)
    expect(sampler.missing()).toBeUndefined()
    expect(await sampler.stop()).toBe(usage)
  })

  it('asks for the fields that it reads, in a language it reads', async () => {
    nvidiaSmi(`echo "$LC_ALL $*" > asked; touch printed; exec sleep 300`)

    const sampler = await sampleGpus({ env: env(), intervalMs: 500 })
    await printed()
    await sampler.stop()

    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe(
      'C --query-gpu=timestamp,index,uuid,name,utilization.gpu,memory.used,memory.total,power.draw,mig.mode.current --format=csv,noheader,nounits -lms 500\n',
    )
  })

  it('looks only at the GPUs that the job sees', async () => {
    nvidiaSmi(`${replay('a100-x4.txt')}; touch printed; exec sleep 300`)

    const sampler = await sampleGpus({ env: { ...env(), CUDA_VISIBLE_DEVICES: '1,GPU-0f1e2d3c' } })
    await printed()
    const usage = await sampler.stop()

    expect(usage.map(gpu => gpu.index)).toEqual([1, 3])
  })

  it('says that a job which sees no GPU has none', async () => {
    nvidiaSmi(`${replay('a100.txt')}; touch printed; exec sleep 300`)

    const sampler = await sampleGpus({ env: { ...env(), CUDA_VISIBLE_DEVICES: '' } })
    await printed()

    expect(await sampler.stop()).toEqual([])
    expect(sampler.missing()).toContain('no sample of a GPU that this job sees')
  })

  it('is quiet where there is no nvidia-smi', async () => {
    const sampler = await sampleGpus({ env: { PATH: folder } })

    expect(await sampler.stop()).toEqual([])
    expect(sampler.missing()).toBe('there is no nvidia-smi here')
  })

  it.each([
    ['no driver', `${replay('no-driver.txt')}; exit 9`, 'exit code 9'],
    ['no device', `${replay('no-devices.txt')}; exit 6`, 'exit code 6'],
    ['a file that is no program', '', ''],
  ])('is quiet where there is %s', async (_, script, reason) => {
    nvidiaSmi(script)

    const sampler = await sampleGpus({ env: env() })
    await known(sampler)

    expect(await sampler.stop()).toEqual([])
    expect(sampler.missing()).toContain(reason)
  })

  it('keeps what was measured when nvidia-smi dies midway', async () => {
    nvidiaSmi(`${replay('a100.txt')}; kill -SEGV $$`)

    const sampler = await sampleGpus({ env: env() })
    await known(sampler)
    const usage = await sampler.stop()

    expect(usage[0]!.utilisation).toBeCloseTo(0.546, 10)
    expect(sampler.missing()).toContain('SIGSEGV')
  })

  it('ends one that hangs and ignores being asked to', async () => {
    nvidiaSmi(`trap '' TERM; echo $$ > pid; touch printed; while :; do sleep 0.05; done`)

    const sampler = await sampleGpus({ env: env() })
    await printed()
    const usage = await sampler.stop()

    expect(usage).toEqual([])
    await gone(Number(readFileSync(join(folder, 'pid'), 'utf8')))
  })

  it('ends one that prints garbage without end', async () => {
    nvidiaSmi('echo $$ > pid; exec yes "what is this, 1, 2, 3"')

    const sampler = await sampleGpus({ env: env() })
    await known(sampler)
    await gone(Number(readFileSync(join(folder, 'pid'), 'utf8')))

    expect(await sampler.stop()).toEqual([])
    expect(sampler.missing()).toContain('nothing that is a GPU sample')
  })
})

function env() {
  return { PATH: `${folder}${delimiter}${process.env.PATH}` }
}

/** A program of that name in the test's folder, which is its own working folder too. */
function nvidiaSmi(script: string): void {
  const file = join(folder, 'nvidia-smi')
  writeFileSync(file, `#!/bin/sh\ncd '${folder}'\n${script}\n`)
  chmodSync(file, 0o755)
}

function replay(name: string): string {
  return `cat '${fileURLToPath(new URL(`../data/nvidia-smi/${name}`, import.meta.url))}'`
}

/** A pipe is read in order: what was printed before the file appeared is there, or on its way, when the program ends. */
async function printed(): Promise<void> {
  await expect.poll(() => existsSync(join(folder, 'printed')), { timeout: 10_000, interval: 20 }).toBe(true)
}

async function known(sampler: GpuSampler): Promise<void> {
  await expect.poll(() => sampler.missing(), { timeout: 10_000, interval: 20 }).toBeDefined()
}

async function gone(pid: number): Promise<void> {
  expect(pid).toBeGreaterThan(1)
  const signal = () => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }
  await expect.poll(signal, { timeout: 10_000, interval: 20 }).toBe(false)
}
