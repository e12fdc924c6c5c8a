import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const run = promisify(execFile)

test('npm run demo | head: it ends with its reader, without a trace', async () => {
  const child = spawn(process.execPath, ['demo/main.ts', '--out', join(tmpdir(), 'assay-demo-unread')])
  let complaints = ''
  child.stderr.on('data', text => {
    complaints += text
  })
  child.stdout.once('data', () => child.stdout.destroy())

  const [exitCode] = await once(child, 'close')

  expect(exitCode).toBe(0)
  expect(complaints).toBe('')
})

describe('npm run demo', () => {
  let out: string
  let told: string

  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'assay-demo-test-'))
    const { stdout, stderr } = await run(process.execPath, ['demo/main.ts', '--out', out], {
      timeout: 60_000,
    })
    expect(stderr).toBe('')
    told = stdout
  }, 70_000)
  afterAll(() => rm(out, { recursive: true, force: true }))

  test('the better model passes, the one with spoiled scores fails', () => {
    const verdicts = [...told.matchAll(/its verdict: (\w+)/g)].map(match => match[1])

    expect(verdicts).toEqual(['pass', 'fail'])
  })

  test('the checks say the same', () => {
    const conclusions = [...told.matchAll(/Check ".*late-flights.*" on \w+: (\w+)/g)].map(match => match[1])

    expect(conclusions).toEqual(['success', 'failure'])
  })

  test('the second push updates the comment of the first', () => {
    expect(told).toContain('github-actions[bot] wrote one comment')
    expect(told).toContain('The same comment was updated; there is still one')
  })

  test('the comments name the metric that moved and the gate that failed', () => {
    const [first, second] = told.split('A second push')

    expect(first).toMatch(/roc_auc/)
    expect(second).toMatch(/ece/)
  })

  test('pages, plots, numbers and logs of both pushes are left to look at', async () => {
    const files = await readdir(out)

    for (const number of [1, 2])
      for (const file of [`report-${number}.html`, `result-${number}.json`, `action-${number}.log`])
        expect(files).toContain(file)
    for (const page of ['pull-request.html', 'pull-request-second-push.html']) {
      const html = await readFile(join(out, page), 'utf8')
      expect(html).toContain('Let the model see how the day is going')
      expect(html).toMatch(/<table>[\s\S]*roc_auc/)
      expect(html).toContain('href="report-')
    }
  })

  test('both versions were weighed on the same 7,099 flights, by days', async () => {
    const result = JSON.parse(await readFile(join(out, 'result-1.json'), 'utf8'))
    const row = result.metrics.find((metric: { metric: string }) => metric.metric === 'roc_auc')

    expect(result.candidate.testSet).toEqual(result.champion.testSet)
    expect(result.candidate.testSet.rows).toBe(7099)
    expect(row.differences.champion.counts).toEqual({ groups: 31 })
    expect(row.differences.champion.interval.low).toBeGreaterThan(0)
  })
})

test('without git the demo says so', async () => {
  const failed = run(process.execPath, ['demo/main.ts', '--out', tmpdir()], { env: { PATH: '/nowhere' } })

  await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('Install git.') })
})
