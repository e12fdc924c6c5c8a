import { columnGuesses } from '../../src/core/config/starter/columns.ts'
import type { EvalResult, Repository } from '../../src/core/config/starter/repository.ts'
import { starterConfig } from '../../src/core/config/written/starter-config.ts'
import { readPipeline } from '../../src/core/inputs/dvc/pipeline.ts'

/** What `init` would have seen of a repository with these files, and what it makes of it. */

interface Seen {
  name?: string
  /** By path: what stands in them; of tables and metrics see below. */
  files?: Record<string, string>
  metrics?: Record<string, Record<string, number>>
  /** By path: a table as CSV, as if the loader took the first guess. */
  tables?: Record<string, string>
  /** By path: what an evaluation tool left. */
  evals?: Record<string, EvalResult>
}

export function seenRepository({
  name = 'churn',
  files = {},
  metrics = {},
  tables = {},
  evals = {},
}: Seen): Repository {
  const rowsOf = (csv: string) => csv.split('\n').map(line => line.split(','))
  return {
    name,
    files: [...Object.keys(files), ...Object.keys(metrics), ...Object.keys(tables), ...Object.keys(evals)],
    texts: new Map(Object.entries(files)),
    evals: new Map(Object.entries(evals)),
    unread: new Map(),
    metrics: new Map(
      Object.entries(metrics).map(([file, numbers]) => [
        file,
        {
          numbers: new Map(
            Object.entries(numbers).map(([name, value]) => [name, { value, hasError: false }]),
          ),
          instead: [],
          hasOtherRows: false,
        },
      ]),
    ),
    tables: new Map(
      Object.entries(tables).map(([file, csv]) => {
        const [columns = [], ...rows] = rowsOf(csv.trim())
        const table = { columns, rows }
        const [held] = columnGuesses(table)
        return [file, { ...table, ...(held && { held }) }]
      }),
    ),
  }
}

export function starterOf(seen: Seen) {
  const pipelines = Object.entries(seen.files ?? {})
    .filter(([file]) => /(^|\/)dvc\.yaml$/.test(file))
    .map(([file, text]) => [file.replace(/\/?dvc\.yaml$/, ''), readPipeline(text)] as const)
  return starterConfig(seenRepository(seen), new Map(pipelines))
}
