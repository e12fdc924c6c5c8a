import { parseAst } from 'rolldown/parseAst'

/** One change of one place of a source file that its tests should notice. */
export interface Mutant {
  file: string
  /** Of the first character that changes, from 1. */
  line: number
  operator: Operator
  start: number
  end: number
  /** What stands between `start` and `end`, and what the mutant has there. */
  original: string
  replacement: string
}

export type Operator =
  | 'negated condition'
  | 'boundary'
  | 'logic'
  | 'arithmetic'
  | 'constant return'
  | 'removed call'
  | 'removed await'

/** The mutants of a source file in the order of their places. The same text gives the same mutants. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const found: Mutant[] = []
  const seen = new Set<string>()
  const visit = (node: Node): void => {
    for (const change of changesOf(node, text)) {
      const key = `${change.start} ${change.end} ${change.replacement}`
      const original = text.slice(change.start, change.end)
      if (seen.has(key) || original === change.replacement) continue
      seen.add(key)
      found.push({ file, line: text.slice(0, change.start).split('\n').length, original, ...change })
    }
    for (const child of childrenOf(node)) visit(child)
  }
  visit(parseAst(text, { lang: 'ts' }, file) as unknown as Node)
  return found.sort((a, b) => a.start - b.start || a.end - b.end)
}

/** The source text with the mutant in it. */
export function mutated(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end)
}

// --- internal ---

interface Node {
  type: string
  start: number
  end: number
  [key: string]: unknown
}

type Change = Pick<Mutant, 'operator' | 'start' | 'end' | 'replacement'>

/** Types and declarations of them bind nothing at run time. */
const WITHOUT_EFFECT = /^TS(?!AsExpression|NonNullExpression|SatisfiesExpression)|^ImportDeclaration$/

function childrenOf(node: Node): Node[] {
  const children = Object.values(node).flatMap(value => (Array.isArray(value) ? value : [value]))
  return children.filter(child => isNode(child) && !WITHOUT_EFFECT.test(child.type)) as Node[]
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

function changesOf(node: Node, text: string): Change[] {
  const of = (part: unknown) => text.slice((part as Node).start, (part as Node).end)
  const whole = (operator: Operator, replacement: string, at: Node = node): Change => ({
    operator,
    start: at.start,
    end: at.end,
    replacement,
  })
  switch (node.type) {
    case 'IfStatement':
    case 'WhileStatement':
    case 'ConditionalExpression':
      return isNode(node.test) ? [whole('negated condition', `!(${of(node.test)})`, node.test)] : []
    case 'BinaryExpression':
      return binary(node, text)
    case 'LogicalExpression':
      return node.operator === '??'
        ? [whole('logic', of(node.right))]
        : [operatorOf(node, text, 'logic', node.operator === '&&' ? '||' : '&&')]
    case 'ExpressionStatement':
      return effects(node.expression as Node, text, whole)
    case 'ReturnStatement': {
      const { argument } = node
      return isNode(argument)
        ? constantsFor(argument).map(constant => whole('constant return', constant, argument))
        : []
    }
    case 'ArrowFunctionExpression':
      return isNode(node.body) && node.body.type !== 'BlockStatement'
        ? constantsFor(node.body).map(constant => whole('constant return', constant, node.body as Node))
        : []
    default:
      return []
  }
}

/** Elsewhere the value is used, and the compiler asks for the await. */
function effects(
  expression: Node,
  text: string,
  whole: (operator: Operator, replacement: string, at?: Node) => Change,
): Change[] {
  if (expression.type === 'CallExpression') return [whole('removed call', 'void 0;')]
  if (expression.type !== 'AwaitExpression') return []
  const awaited = expression.argument as Node
  const unawaited = `void ${text.slice(awaited.start, awaited.end)}`
  return [whole('removed call', 'void 0;'), whole('removed await', unawaited, expression)]
}

const BOUNDARIES: Record<string, string> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' }
const NEGATIONS: Record<string, string> = { '===': '!==', '!==': '===', '==': '!=', '!=': '==' }
const ARITHMETIC: Record<string, string> = { '+': '-', '-': '+', '*': '/', '/': '*', '%': '*', '**': '*' }

function binary(node: Node, text: string): Change[] {
  const sign = node.operator as string
  if (BOUNDARIES[sign]) return [operatorOf(node, text, 'boundary', BOUNDARIES[sign])]
  if (NEGATIONS[sign]) return [operatorOf(node, text, 'negated condition', NEGATIONS[sign])]
  const isText = [node.left, node.right].some(
    side =>
      /^(?:TemplateLiteral|Literal)$/.test((side as Node).type) && typeof (side as Node).value !== 'number',
  )
  return ARITHMETIC[sign] && !isText ? [operatorOf(node, text, 'arithmetic', ARITHMETIC[sign])] : []
}

/** The operator itself stands between its two sides; comments there are no operators. */
function operatorOf(node: Node, text: string, operator: Operator, replacement: string): Change {
  const sign = node.operator as string
  const start = text.indexOf(sign, (node.left as Node).end)
  return { operator, start, end: start + sign.length, replacement }
}

/** What a caller might take for an answer: of a yes or no both, of other values the empty one. Objects have none. */
function constantsFor(value: Node): string[] {
  switch (value.type) {
    case 'Literal':
      if (typeof value.value === 'boolean') return [String(!value.value)]
      if (typeof value.value === 'number') return [value.value === 0 ? '1' : '0']
      return typeof value.value === 'string' ? ["''"] : []
    case 'BinaryExpression':
      return /^(?:[<>]=?|[!=]==?|in|instanceof)$/.test(value.operator as string) ? ['true', 'false'] : ['0']
    case 'LogicalExpression':
      return value.operator === '??' ? ['undefined'] : ['true', 'false']
    case 'UnaryExpression':
      return value.operator === '!' ? ['true', 'false'] : []
    case 'TemplateLiteral':
      return ["''"]
    case 'ArrayExpression':
      return (value.elements as unknown[]).length > 0 ? ['[]'] : []
    case 'Identifier':
      return value.name === 'undefined' ? [] : ['undefined']
    case 'CallExpression':
    case 'AwaitExpression':
    case 'MemberExpression':
      return ['undefined']
    case 'ParenthesizedExpression':
    case 'TSNonNullExpression':
    case 'TSAsExpression':
      return constantsFor(value.expression as Node)
    default:
      return []
  }
}
