import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Row } from './main.ts'
import { measureInTurns } from './measure.ts'

/** Start of the CLI against `node -e 0`, and a whole `report` against a bare script that makes the same two requests. */
export async function benchStart(): Promise<Row[]> {
  const rounds = 11
  const cli = 'dist/cli.js'
  const bare = measureInTurns({ floor: { argv: ['-e', '0'] }, version: { argv: [cli, '--version'] } }, rounds)
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'))
  const server = await startForge()
  try {
    mkdirSync(join(folder, 'assay-result/churn'), { recursive: true })
    writeFileSync(join(folder, 'assay-result/churn/result.json'), JSON.stringify(readyResult()))
    const env = forgeEnv(server.url, folder)
    const fetching = `const h={authorization:'token x','content-type':'application/json'};const u='${server.url}/repos/o/r';fetch(u+'/issues/1/comments?per_page=100',{headers:h}).then(r=>r.json()).then(()=>fetch(u+'/issues/1/comments',{method:'POST',headers:h,body:JSON.stringify({body:'hello'})})).then(r=>r.json())`
    const cwd = process.cwd()
    const report = measureInTurns(
      {
        floor: { argv: ['-e', fetching], env },
        report: {
          argv: [
            '-e',
            `process.chdir(${JSON.stringify(folder)});process.argv=[process.argv[0],'assay','report'];require(${JSON.stringify(join(cwd, cli))})`,
          ],
          env,
        },
      },
      rounds,
    )
    return [
      {
        what: 'start: `--version`',
        value: bare.version!.milliseconds / bare.floor!.milliseconds,
        unit: '× node -e 0',
        bar: 3,
      },
      {
        what: 'report on a ready result',
        value: report.report!.cpuMilliseconds / report.floor!.cpuMilliseconds,
        unit: '× processor time of two bare fetches',
        bar: 1.8,
      },
      { what: 'report on a ready result, peak memory', value: report.report!.peakMiB, unit: 'MiB', bar: 110 },
    ]
  } finally {
    server.stop()
    rmSync(folder, { recursive: true })
  }
}

// --- internal ---

function forgeEnv(url: string, folder: string): Record<string, string> {
  const event = join(folder, 'event.json')
  const repo = { full_name: 'o/r' }
  writeFileSync(
    event,
    JSON.stringify({
      pull_request: {
        number: 1,
        head: { sha: 'a'.repeat(40), repo },
        base: { sha: 'b'.repeat(40), ref: 'main', repo },
        user: { login: 'kim' },
      },
    }),
  )
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: event,
    GITHUB_REPOSITORY: 'o/r',
    GITHUB_API_URL: url,
    GITHUB_SERVER_URL: url,
    GITHUB_RUN_ID: '7',
    GITHUB_RUN_ATTEMPT: '1',
    ASSAY_TOKEN: 'not-a-real-token',
  }
}

/** A forge that answers at once, in a thread of its own, since the measuring blocks this one. */
async function startForge(): Promise<{ url: string; stop: () => void }> {
  const worker = new Worker(new URL('./answering-forge.ts', import.meta.url))
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  return { url: `http://127.0.0.1:${port}`, stop: () => void worker.terminate() }
}

function readyResult(): unknown {
  const estimate = { value: 0.87, interval: { low: 0.86, high: 0.88, level: 0.95 } }
  return {
    schema: 1,
    assay: '0.1.0',
    model: 'churn',
    state: 'judged',
    verdict: 'pass',
    blocks: false,
    candidate: { source: 'this commit', commit: 'a'.repeat(40) },
    metrics: Array.from({ length: 20 }, (_, index) => ({
      metric: `metric_${index}`,
      candidate: estimate,
      differences: {},
      judgement: 'not_judged',
      gated: index < 2,
    })),
    gates: [
      {
        name: 'metric_0 at least 0.8',
        metric: 'metric_0',
        verdict: 'pass',
        blocks: false,
        reason: 'metric_0 is 0.87',
      },
    ],
    slices: [],
    warnings: [],
    configuration: { source: 'base', changes: [] },
    run: { order: '7.1', pullRequest: 1 },
  }
}
