import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { type CommandToRun, environmentFor, runCommand } from '../../../src/services/process/process.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-process-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('runCommand', () => {
  it('streams output and keeps the exit code', async () => {
    const seen: string[] = []

    const ended = await run('echo out; echo err >&2; exit 3', {
      onOutput: (chunk, stream) => void seen.push(`${stream}:${Buffer.from(chunk)}`),
    })

    expect(ended).toMatchObject({ exitCode: 3, signal: undefined, timedOut: false, cancelled: false })
    expect(seen.sort()).toEqual(['stderr:err\n', 'stdout:out\n'])
    expect(ended.tail).toContain('out\n')
    expect(ended.tail).toContain('err\n')
  })

  it.each([
    ['a failing line ends a script of several', 'false\necho went on', 1],
    ['a failing first part of a pipe counts', 'exit 4 | cat', 4],
    ['success', 'true', 0],
  ])('%s', async (_, command, exitCode) => {
    const ended = await run(command)

    expect(ended.exitCode).toBe(exitCode)
    expect(ended.tail).toBe('')
  })

  it('runs in sh where there is no bash', async () => {
    const ended = await run(`PATH=/usr/bin:/bin; echo "$0"; false; echo went on`, {
      env: { PATH: onlySh() },
    })

    expect(ended.exitCode).toBe(1)
    expect(ended.tail).toBe('/bin/sh\n')
  })

  it('gives the command an empty input and the folder it asks for', async () => {
    const ended = await run('pwd; cat; echo end')

    expect(ended.tail).toMatch(/assay-process-\w+\nend\n$/)
  })

  it('recognises a command that is not there', async () => {
    const ended = await run('no-such-program --help')

    expect(ended).toMatchObject({ exitCode: 127, notFound: true })
    expect(ended.tail).toContain('no-such-program')
  })

  it.each([
    ['the shell itself', 'kill -KILL $$', undefined],
    ['a program that the shell waited for', 'sh -c "kill -KILL \\$\\$"; exit $?', 137],
  ])('names the signal that killed %s', async (_, command, exitCode) => {
    const ended = await run(command)

    expect(ended).toMatchObject({ signal: 'SIGKILL', timedOut: false, cancelled: false })
    expect(ended.exitCode).toBe(exitCode)
  })

  it('stops children and grandchildren on a timeout', async () => {
    const ended = await run('(sleep 300 & echo $! > grandchild; wait) & wait', { timeoutSeconds: 3 })

    expect(ended).toMatchObject({ timedOut: true, cancelled: false })
    await expectGone(pidIn('grandchild'))
  })

  it('lets a program finish its checkpoint on SIGTERM although the shell is gone before it', async () => {
    writeFileSync(
      join(folder, 'train.sh'),
      `trap 'sleep 0.3; echo saved > checkpoint; exit 0' TERM\ntouch ready\nwhile :; do sleep 0.05; done`,
    )
    const abort = new AbortController()

    const running = run('sh train.sh; echo after', { signal: abort.signal })
    await until(() => existsSync(join(folder, 'ready')))
    abort.abort()
    const ended = await running

    expect(ended).toMatchObject({ cancelled: true, timedOut: false })
    expect(readFileSync(join(folder, 'checkpoint'), 'utf8')).toBe('saved\n')
    expect(ended.tail).not.toContain('after')
  })

  it('kills what ignores SIGTERM', async () => {
    const ended = await run(`trap '' TERM; echo $$ > pid; while :; do sleep 0.05; done`, {
      timeoutSeconds: 3,
      killAfterSeconds: 0.3,
    })

    expect(ended).toMatchObject({ timedOut: true, signal: 'SIGKILL' })
    await expectGone(pidIn('pid'))
  })

  it('starts nothing once the job is cancelled', async () => {
    const ended = await run('touch started', { signal: AbortSignal.abort() })

    expect(ended.cancelled).toBe(true)
    expect(ended.exitCode).toBeUndefined()
    expect(existsSync(join(folder, 'started'))).toBe(false)
  })

  it('leaves a background process alone and does not wait for its output', async () => {
    const ended = await run('sleep 60 & echo $! > pid; echo done')
    const pid = pidIn('pid')
    const alive = isAlive(pid)
    process.kill(pid)

    expect(ended).toMatchObject({ exitCode: 0, tail: 'done\n' })
    expect(alive).toBe(true)
  })

  it('keeps the last 8 KiB, starting with a whole character', async () => {
    const ended = await run(`node -e "process.stdout.write('é'.repeat(10000) + 'x')"`)

    expect(Buffer.byteLength(ended.tail)).toBeGreaterThan(8000)
    expect(Buffer.byteLength(ended.tail)).toBeLessThanOrEqual(8192)
    expect(ended.tail).toMatch(/^é+x$/)
  })

  it('holds a command back while the reader is busy', async () => {
    let taken = 0
    let largest = 0

    const ended = await run('head -c 3000000 /dev/zero', {
      onOutput: async chunk => {
        taken += chunk.length
        largest = Math.max(largest, chunk.length)
        await sleep(1)
      },
    })

    expect(ended.exitCode).toBe(0)
    expect(taken).toBe(3_000_000)
    expect(largest).toBeLessThanOrEqual(1024 * 1024)
  })

  it('passes on what the reader throws, and stops the command', async () => {
    const running = run('echo $$ > pid; echo x; sleep 300', {
      onOutput: () => {
        throw new Error('no room')
      },
    })

    await expect(running).rejects.toThrow('no room')
    await expectGone(pidIn('pid'))
  })

  it('says that a folder is not there', async () => {
    const running = run('true', { folder: join(folder, 'nowhere') })

    await expect(running).rejects.toMatchObject({ code: 'COMMAND_NOT_STARTED' })
    await expect(running).rejects.toBeInstanceOf(AssayError)
  })

  it('kills the command when the program that started it ends early', async () => {
    const script = `
      const { runCommand } = await import(${JSON.stringify(new URL('../../../src/services/process/process.ts', import.meta.url).href)})
      void runCommand({ run: 'echo $$ > pid; sleep 300', folder: ${JSON.stringify(folder)}, env: process.env,
        timeoutSeconds: 300, signal: new AbortController().signal, onOutput: () => {} })
      const { existsSync } = await import('node:fs')
      while (!existsSync(${JSON.stringify(join(folder, 'pid'))})) await new Promise(done => setTimeout(done, 20))
      setTimeout(() => { throw new Error('a bug') }, 50)`

    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' })
    await new Promise(resolve => parent.once('exit', resolve))

    await expectGone(pidIn('pid'))
  })
})

describe('environmentFor', () => {
  it("SE-001: leaves Assay's own tokens and inputs out, and keeps what the workflow set for the user's scripts", async () => {
    const env = {
      PATH: process.env.PATH,
      INPUT_TOKEN: 'ghs_CANARY',
      'INPUT_GITHUB-TOKEN': 'ghs_CANARY',
      ASSAY_TOKEN: 'ghs_CANARY',
      ASSAY_DEPLOY_TOKEN_FILE: 'CANARY',
      ASSAY_REGISTRY_PASSWORD: 'CANARY',
      ACTIONS_RUNTIME_TOKEN: 'CANARY',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'CANARY',
      ACTIONS_CACHE_URL: 'CANARY',
      ARGOCD_AUTH_TOKEN: 'CANARY',
      ASSAY_DEPLOY_PRIVATE_KEY: 'CANARY',
      GITHUB_ENV: '/CANARY',
      GITHUB_PATH: '/CANARY',
      GITHUB_STATE: '/CANARY',
      GITHUB_STEP_SUMMARY: '/CANARY',
      STATE_isPost: 'CANARY',
      GITHUB_OUTPUT: '/CANARY',
      GITHUB_TOKEN: 'the user gave it to the step',
      AWS_PROFILE: 'train',
      EMPTY: undefined,
    }

    const ended = await run('env', { env: environmentFor(env, { ASSAY_SEED: '7' }) })

    expect(ended.tail).not.toContain('CANARY')
    expect(ended.tail).toContain('GITHUB_TOKEN=the user gave it to the step\n')
    expect(ended.tail).toContain('AWS_PROFILE=train\n')
    expect(ended.tail).toContain('ASSAY_SEED=7\n')
    expect(environmentFor(env)).not.toHaveProperty('EMPTY')
  })

  it('SE-011: an error about a command that cannot start holds nothing of its environment', async () => {
    const error = await run('true', {
      folder: join(folder, 'nowhere'),
      env: { PATH: process.env.PATH, SECRET: 'CANARY' },
    }).catch((thrown: unknown) => thrown)

    expect(`${JSON.stringify(error)} ${(error as Error).stack} ${(error as Error).cause}`).not.toContain(
      'CANARY',
    )
  })
})

function run(command: string, more: Partial<CommandToRun> = {}) {
  return runCommand({
    run: command,
    folder,
    env: process.env,
    timeoutSeconds: 60,
    signal: new AbortController().signal,
    onOutput: () => {},
    ...more,
  })
}

/** A folder for PATH with `sh` and nothing else. */
function onlySh(): string {
  writeFileSync(join(folder, 'sh'), '#!/bin/sh\nexec /bin/sh "$@"\n', { mode: 0o755 })
  return folder
}

function pidIn(file: string): number {
  return Number(readFileSync(join(folder, file), 'utf8'))
}

/** A zombie that nobody has buried yet is dead. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

async function expectGone(pid: number): Promise<void> {
  expect(pid).toBeGreaterThan(1)
  await until(() => !isAlive(pid))
}

async function until(condition: () => boolean): Promise<void> {
  await expect.poll(condition, { timeout: 10_000, interval: 20 }).toBe(true)
}
