import { shortened } from '../../text/visible-text.ts'
import type { Result } from '../../verdict/result.ts'
import { runAddress } from '../../verdict/tracked-run.ts'
import type { Table } from '../tables/table.ts'
import { inline, link, sentence } from '../words/escape.ts'

/** Where the run is logged, and what is not: nothing of it decides. Undefined where the model is not tracked. */
export function mlflowWords({
  mlflow,
}: Result): { run?: string; url?: string; problems: string[] } | undefined {
  if (!mlflow) return undefined
  const { at, problems } = mlflow
  return {
    ...(at && { run: `run ${shortened(at.run, 12)}`, url: runAddress(at) }),
    problems: problems.map(problem => `${problem[0]?.toUpperCase() ?? ''}${problem.slice(1)}`),
  }
}

/** As one line of Markdown. */
export function mlflowSection(result: Result, most: number, text: number): string {
  const words = mlflowWords(result)
  if (!words || (words.run === undefined && words.problems.length === 0)) return ''
  const { run, url, problems } = words
  const parts = [
    run === undefined ? '' : link(inline(run), url),
    ...problems.slice(0, most).map(problem => `⚠️ ${sentence(problem, text)}`),
  ]
  return `**MLflow**: ${parts.filter(part => part !== '').join(' · ') || 'not everything was logged.'}`
}

/** What training has logged that it was made with. */
export function parametersTable({ mlflow }: Result): Table | undefined {
  const parameters = Object.entries(mlflow?.parameters ?? {})
  if (parameters.length === 0) return undefined
  return {
    head: ['Parameter', 'Value'],
    right: [],
    rows: parameters.map(([name, value]) => [inline(name, 80), inline(value, 120)]),
  }
}
