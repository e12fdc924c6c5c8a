import { type Document, isScalar } from 'yaml'
import { isAssayError, type Problem } from '../../errors/errors.ts'
import { plainValue } from '../plain-value.ts'
import { isBeside, type Planned, reachOf } from './beside.ts'
import { insert, insertBefore } from './insert.ts'
import { locate, missing } from './locate.ts'
import { parseYaml, type YamlSource } from './parse.ts'
import { refused, unreadable, type YamlPath } from './problem.ts'
import { remove } from './remove.ts'
import { isEmpty, type Splice, setScalar } from './set-scalar.ts'
import { sameTree, type Tree, treeBefore, treeFrom, treeWith, type YamlValue } from './tree.ts'

export type { YamlPath } from './problem.ts'
export type { YamlValue } from './tree.ts'

export interface YamlEdit {
  /** Which document of the file, from 0. Needed where more than one has content. */
  document?: number
  path: YamlPath
  /** What shall stand there. Lists and maps only where `add` puts something new. Absent: the key or item is taken away. */
  value?: YamlValue
  /**
   * Add what is missing of the path, as the last key of its map or last item of its list. Otherwise it is an error. `before`: a
   * new item, before the one of the list that the path ends at, and before the comments that stand above that one.
   */
  add?: boolean | 'before'
  /** What is taken away of a block leaves its comments, each on a line of its own. Otherwise comments in it are a reason to refuse. */
  keepsComments?: true
}

export interface YamlEdited {
  text: string
  /** The paths that were not yet as wanted. */
  changed: (string | number)[][]
}

/**
 * Makes the edits, in order, by replacing the bytes of the scalars alone: comments, order, quotes, line breaks, byte
 * order mark, anchors elsewhere and other documents stay as they are. What is right already is not touched; to take
 * away what is not there is no change. The new text is read again, as YAML 1.1 and 1.2, and must differ in the wanted
 * paths and in nothing else.
 *
 * @throws AssayError `YAML_UNREADABLE` or `YAML_EDIT_REFUSED`, with file and line, all refused edits at once
 */
export function editYaml(text: string, file: string, edits: readonly YamlEdit[]): YamlEdited {
  const mark = text.startsWith('\ufeff') ? '\ufeff' : ''
  // What was read is kept by `parseYaml` alone, so that one reading at a time takes memory.
  let now = text.slice(mark.length)
  let trees: Trees | undefined
  const steps: Step[] = []
  const problems: Problem[] = []
  let together: Planned[] = []
  const write = () => {
    trees ??= treesOf(parseYaml(now, file), edits)
    now = spliced(
      now,
      together.flatMap(({ splices }) => splices),
    )
    together = []
  }
  const plan = (edit: YamlEdit): Planned => {
    try {
      const planned = plannedIn(parseYaml(now, file), edit)
      if (together.every(before => isBeside(planned, before))) return planned
    } catch (error) {
      // It may be refused for what stands there still, and is told with the lines of what those before it made.
      if (together.length === 0 || !isAssayError(error, 'YAML_EDIT_REFUSED')) throw error
    }
    write()
    return plannedIn(parseYaml(now, file), edit)
  }
  for (const edit of edits) {
    try {
      const planned = plan(edit)
      if (planned.splices.length === 0) continue
      together.push(planned)
      steps.push({ ...planned, value: edit.value, isNew: edit.add === 'before' })
    } catch (error) {
      if (!isAssayError(error, 'YAML_EDIT_REFUSED')) throw error
      problems.push(...error.problems)
    }
  }
  if (together.length > 0) write()
  const after = parseYaml(now, file)
  if (problems.length > 0) throw refused(withoutRepeats(problems))
  if (trees) ensureOnlyThese(trees, after, steps, edits)
  return { text: mark + now, changed: steps.map(step => step.path) }
}

/**
 * The documents of a file as plain values, aliases resolved; documents without content are `undefined`.
 *
 * @throws AssayError `YAML_UNREADABLE`
 */
export function readYaml(text: string, file: string): unknown[] {
  const { documents } = parseYaml(text.replace(/^\ufeff/, ''), file)
  return documents.map(document => {
    if (!hasContent(document)) return undefined
    const plain = plainValue(document)
    if ('fault' in plain) throw unreadable(file, plain.fault)
    return plain.value
  })
}

/** What stands at a path, and its line from 1; undefined where nothing does, or where it cannot be edited. */
export function readAt(
  text: string,
  file: string,
  path: YamlPath,
  document?: number,
): { value: unknown; line: number } | undefined {
  try {
    const source = parseYaml(text.replace(/^\ufeff/, ''), file)
    const found = source.documents[documentOf(source, document)]!
    const node = locate(source, found, path).nodes[path.length]
    if (!node) return undefined
    const plain = plainValue(found, node)
    return 'value' in plain ? { value: plain.value, line: source.lineOf(node.range[0]) } : undefined
  } catch (error) {
    if (isAssayError(error, 'YAML_UNREADABLE', 'YAML_EDIT_REFUSED')) return undefined
    throw error
  }
}

// --- internal ---

interface Step {
  document: number
  path: (string | number)[]
  value: YamlValue | undefined
  /** It stands before what was at the path. */
  isNew: boolean
}

function documentOf(source: YamlSource, wanted: number | undefined): number {
  const where = { file: source.file }
  if (wanted !== undefined) {
    const document = source.documents[wanted]
    if (document && hasContent(document)) return wanted
    throw refused([{ what: `there is no document ${wanted}`, where }])
  }
  const filled = [...source.documents.keys()].filter(index => hasContent(source.documents[index]!))
  if (filled.length === 1) return filled[0]!
  const what =
    filled.length === 0 ? 'the file is empty' : `the file has ${filled.length} documents: say which one`
  throw refused([{ what, where }])
}

/** Two edits may stumble over the same thing. */
function withoutRepeats(problems: Problem[]): Problem[] {
  return [...new Map(problems.map(problem => [JSON.stringify(problem), problem])).values()]
}

/** Comments and `---` alone are a document too. */
function hasContent({ contents }: Document.Parsed): boolean {
  return contents !== null && !(isScalar(contents) && isEmpty(contents))
}

function plannedIn(source: YamlSource, edit: YamlEdit): Planned {
  const { path, value, add } = edit
  const document = documentOf(source, edit.document)
  const at = located(source, document, path, value)
  // It is right already, and shared: nothing is written, so nothing else changes.
  if (at === undefined) return { document, path: [], wanted: path, reach: [], kind: 'set', splices: [] }
  const there = at.found === path.length
  const planned = (kind: Planned['kind'], splices: Splice[]) => ({
    document,
    path: at.path,
    wanted: path,
    reach: reachOf(at, kind),
    kind,
    splices,
  })
  if (add === 'before' && value !== undefined)
    return planned('before', [insertBefore(source, path, at, value)])
  if (value === undefined) return planned('remove', there ? [remove(source, at, edit.keepsComments)] : [])
  if (there && typeof value !== 'object') return planned('set', setScalar(source, at, value))
  if (!there && add) return planned('insert', [insert(source, path, at, value)])
  if (!there) throw missing(source, path, at)
  throw refused([{ what: 'only a single value can be replaced', where: { file: source.file } }])
}

/** Undefined where the path is shared by an alias, and has the wanted text. */
function located(source: YamlSource, index: number, path: YamlPath, value: YamlValue | undefined) {
  const document = source.documents[index]!
  try {
    return locate(source, document, path)
  } catch (error) {
    if (!isAssayError(error, 'YAML_EDIT_REFUSED') || typeof value !== 'string') throw error
    const plain = plainValue(document)
    if ('value' in plain && valueAt(plain.value, path) === value) return undefined
    throw error
  }
}

function valueAt(value: unknown, path: YamlPath): unknown {
  let now = value
  for (const step of path) {
    if (typeof now !== 'object' || now === null) return undefined
    const items = Array.isArray(now) ? now : []
    const matching = (match: object) =>
      items.filter(item => Object.entries(match).every(([key, wanted]) => (item as Fields)?.[key] === wanted))
    if (typeof step !== 'object') now = (now as Fields)[step]
    else now = matching(step).length === 1 ? matching(step)[0] : undefined
  }
  return now
}

type Fields = Record<string | number, unknown>

function spliced(text: string, splices: Splice[]): string {
  return splices
    .toSorted((a, b) => b.from - a.from)
    .reduce((rest, splice) => rest.slice(0, splice.from) + splice.text + rest.slice(splice.to), text)
}

type Trees = Record<'1.1' | '1.2', Tree[]>

function treesOf(source: YamlSource, edits: readonly YamlEdit[]): Trees {
  const tree = (document: Document.Parsed) =>
    treeFrom(
      document,
      edits.map(({ path }) => path),
    )
  return { '1.2': source.documents.map(tree), '1.1': source.as11().map(tree) }
}

/** The proof: before, with the steps done to what it means, is what after means, to readers of either version. */
function ensureOnlyThese(before: Trees, after: YamlSource, steps: Step[], edits: readonly YamlEdit[]): void {
  const { file } = after
  const trees = treesOf(after, edits)
  for (const version of ['1.2', '1.1'] as const) {
    const wanted = [...before[version]]
    for (const { document, path, value, isNew } of steps)
      wanted[document] = isNew
        ? treeBefore(wanted[document]!, path, value!)
        : treeWith(wanted[document]!, path, value)
    const got = trees[version]
    if (wanted.length === got.length && wanted.every((tree, index) => sameTree(tree, got[index]!))) continue
    const what = `the edit would change more than was asked for, as YAML ${version} reads the file`
    throw refused([
      { what, where: { file }, fix: 'simplify the place that is edited, or report this as a bug' },
    ])
  }
}
