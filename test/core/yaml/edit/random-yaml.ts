import fc from 'fast-check'

/** A random YAML file that knows where its single values stand. */
export interface RandomYaml {
  text: string
  documents: number
  leaves: Leaf[]
  /** Block maps that a key can be added to. */
  maps: { document: number; path: (string | number)[] }[]
}
export interface Leaf {
  document: number
  path: (string | number)[]
  /** The bytes of the value, quotes included. */
  from: number
  to: number
}

type Node =
  | { kind: 'scalar'; text: string; comment: string }
  | { kind: 'block'; header: string; lines: string[] }
  | { kind: 'flow-map' | 'flow-list'; items: string[]; space: string; comment: string }
  | { kind: 'map'; items: Node[]; gap: string }
  | { kind: 'list'; items: Node[]; gap: string }

/** Files with comments, CRLF, byte order marks, all quotes, anchors and aliases elsewhere, flow collections, block scalars, several documents. */
export function randomYaml(): fc.Arbitrary<RandomYaml> {
  return fc
    .record({
      documents: fc.array(node(3), { minLength: 1, maxLength: 3 }),
      newline: fc.constantFrom('\n', '\r\n'),
      bom: fc.boolean(),
      step: fc.constantFrom(2, 4),
      tight: fc.boolean(),
      ends: fc.boolean(),
      head: fc.constantFrom('', '# a head: {not yaml]', '---'),
    })
    .map(rendered)
}

// --- internal ---

const COMMENT = fc.constantFrom('', '', ' # note', '   # "quoted": yes', ' #', '  ')
const SCALAR = fc.constantFrom(
  'v1', '1.10', '12e4567', 'yes', "'single'", "'it''s'", '"double"', '"a \\" b"', '~', '017', 'a b  c',
  'http://x/y?z=1', 'sha256:00ff', '""', '2024-01-01', 'é ü 漢字', '-1', '"# no comment"', "'{x}'", 'a#b',
) // biome-ignore format: one table
const FLOW_SCALAR = fc.constantFrom('v1', '"q"', "'s'", '5', 'a b', 'yes', '"x, y"')
const GAP = fc.constantFrom('', '', '\n', '  # between\n', '\n\n', '# far out\n\n')

function node(depth: number): fc.Arbitrary<Node> {
  const items =
    depth === 0 ? fc.constant<Node[]>([]) : fc.array(child(depth - 1), { minLength: 1, maxLength: 4 })
  if (depth === 0) return scalar()
  return fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('map' as const), items, gap: GAP }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('list' as const), items, gap: GAP }) },
  )
}

function child(depth: number): fc.Arbitrary<Node> {
  return fc.oneof(
    { weight: 3, arbitrary: scalar() },
    { weight: 1, arbitrary: flow() },
    { weight: 1, arbitrary: block() },
    {
      weight: 3,
      arbitrary: node(depth),
    },
  )
}

function scalar(): fc.Arbitrary<Node> {
  return fc.record({ kind: fc.constant('scalar' as const), text: SCALAR, comment: COMMENT })
}

function flow(): fc.Arbitrary<Node> {
  return fc.record({
    kind: fc.constantFrom('flow-map' as const, 'flow-list' as const),
    items: fc.array(FLOW_SCALAR, { minLength: 1, maxLength: 3 }),
    space: fc.constantFrom('', ' ', '  '),
    comment: COMMENT,
  })
}

function block(): fc.Arbitrary<Node> {
  return fc.record({
    kind: fc.constant('block' as const),
    header: fc.constantFrom('|', '|-', '>', '|+', '>-'),
    lines: fc.array(fc.constantFrom('line: one', '# no comment', 'tail  '), { minLength: 1, maxLength: 3 }),
  })
}

interface Options {
  documents: Node[]
  newline: string
  bom: boolean
  step: number
  tight: boolean
  ends: boolean
  head: string
}

function rendered(options: Options): RandomYaml {
  const file: RandomYaml = {
    text: options.bom ? '\ufeff' : '',
    documents: options.documents.length,
    leaves: [],
    maps: [],
  }
  const out = (text: string) => {
    file.text += text.replaceAll('\n', options.newline)
  }
  const leaf = (document: number, path: (string | number)[], text: string) => {
    file.leaves.push({ document, path, from: file.text.length, to: file.text.length + text.length })
    file.text += text
  }
  if (options.head) out(`${options.head}\n`)
  options.documents.forEach((document, index) => {
    if (index > 0) out('---\n')
    writeNode(document, { index, path: [], indent: 0, first: true })
    // Anchors and aliases that no edit is about.
    if (document.kind === 'map') out(`shared: &a${index} {x: 1} # anchor\nuser: *a${index}\n`)
  })
  if (!options.ends) file.text = file.text.replace(/\r?\n$/, '')
  return file

  interface At {
    index: number
    path: (string | number)[]
    indent: number
    first: boolean
  }

  function writeNode(node: Node, at: At): void {
    if (node.kind === 'map') {
      file.maps.push({ document: at.index, path: at.path })
      node.items.forEach((item, index) => {
        if (!at.first || index > 0) out(`${node.gap}${' '.repeat(at.indent)}`)
        else if (at.path.length === 0) out(' '.repeat(at.indent))
        out(`k${index}:`)
        writeValue(item, { ...at, path: [...at.path, `k${index}`] }, options.step)
      })
    } else if (node.kind === 'list') {
      node.items.forEach((item, index) => {
        if (!at.first || index > 0) out(`${node.gap}${' '.repeat(at.indent)}`)
        out('-')
        writeValue(item, { ...at, path: [...at.path, index] }, 2, true)
      })
    }
  }

  function writeValue(node: Node, at: At, step: number, inList = false): void {
    const inner = at.indent + step
    if (node.kind === 'scalar') {
      out(' ')
      leaf(at.index, at.path, node.text)
      out(`${node.comment}\n`)
    } else if (node.kind === 'block') {
      out(` ${node.header}\n`)
      for (const line of node.lines) out(`${' '.repeat(inner)}${line}\n`)
    } else if (node.kind === 'flow-map' || node.kind === 'flow-list') {
      writeFlow(node, at)
    } else if (inList && node.kind === 'map') {
      out(' ')
      writeNode(node, { ...at, indent: inner, first: true })
    } else {
      const tight = options.tight && node.kind === 'list' && !inList
      out('\n')
      writeNode(node, { ...at, indent: tight ? at.indent : inner, first: false })
    }
  }

  function writeFlow(node: Node & { kind: 'flow-map' | 'flow-list' }, at: At): void {
    const [open, close] = node.kind === 'flow-map' ? ['{', '}'] : ['[', ']']
    out(` ${open}${node.space}`)
    node.items.forEach((item, index) => {
      if (index > 0) out(`,${node.space}`)
      if (node.kind === 'flow-map') out(`f${index}: `)
      leaf(at.index, [...at.path, node.kind === 'flow-map' ? `f${index}` : index], item)
    })
    out(`${node.space}${close}${node.comment}\n`)
  }
}
