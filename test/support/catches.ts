import { parseAst } from 'rolldown/parseAst'

/** A place that lets an error pass without a word of which one. */
export interface Swallowed {
  line: number
  /** `blind`: nothing looks at it. `unnamed`: whichever fault of the user's it is passes. */
  how: 'blind' | 'unnamed'
  /** What was tried: a computation, a question to the file system whose answer may be no, or something else. */
  tried: 'computation' | 'file' | 'else'
}

interface Node {
  type: string
  start: number
  [key: string]: unknown
}

/**
 * Where a source file catches errors and says nothing of which: `catch` and `.catch(…)` that do not look at the error, and such
 * as ask only whether it is an AssayError, by whatever branch, and then go on as if nothing had been.
 */
export function swallowedIn(text: string): Swallowed[] {
  const found: Swallowed[] = []
  visit(parseAst(text, { lang: 'ts' }) as unknown as Node, node => {
    const caught = catching(node)
    const how = caught && howSwallowed(caught.handler, caught.parameter)
    if (how) found.push({ line: text.slice(0, node.start).split('\n').length, how, tried: caught.tried })
  })
  return found
}

// --- internal ---

interface Catching {
  handler: Node
  parameter: Node | undefined
  tried: Swallowed['tried']
}

/** These fail where nothing is there. */
const QUESTIONS = ['access', 'lstat', 'readdir', 'realpath', 'rmdir', 'stat']

function catching(node: Node): Catching | undefined {
  if (node.type === 'TryStatement' && node.handler) {
    const { body, param } = node.handler as Node
    return {
      handler: body as Node,
      parameter: (param ?? undefined) as Node | undefined,
      tried: some(node.block as Node, ({ type }) => type === 'AwaitExpression') ? 'else' : 'computation',
    }
  }
  const { callee } = node as { callee?: Node }
  if (node.type !== 'CallExpression' || callee?.type !== 'MemberExpression') return undefined
  const [first, second] = node.arguments as Node[]
  const name = (callee.property as { name?: string }).name
  const handler = name === 'catch' ? first : name === 'then' ? second : undefined
  if (!handler?.type.endsWith('FunctionExpression')) return undefined
  const asked = (callee.object as { callee?: { name?: string } }).callee?.name
  return {
    handler: handler.body as Node,
    parameter: (handler.params as Node[])[0],
    tried: asked !== undefined && QUESTIONS.includes(asked) ? 'file' : 'else',
  }
}

function howSwallowed(handler: Node, parameter: Node | undefined): Swallowed['how'] | undefined {
  // Always ends in an error: this one, or what is said in its stead.
  const last = handler.type === 'BlockStatement' ? (handler.body as Node[]).at(-1) : undefined
  if (last?.type === 'ThrowStatement' && !some(handler, ({ type }) => type === 'ReturnStatement'))
    return undefined
  if (parameter === undefined) return 'blind'
  // What is taken apart is looked at.
  if (parameter.type !== 'Identifier') return undefined
  const isIt = (node: Node | undefined) => node?.type === 'Identifier' && node.name === parameter.name
  const asks = (node: Node) =>
    (node.type === 'CallExpression' &&
      (node.callee as { name?: string }).name === 'isAssayError' &&
      (node.arguments as Node[]).length === 1 &&
      isIt((node.arguments as Node[])[0])) ||
    (node.type === 'BinaryExpression' &&
      node.operator === 'instanceof' &&
      isIt(node.left as Node) &&
      ['AssayError', 'Error'].includes((node.right as { name: string }).name))
  if (!some(handler, isIt)) return 'blind'
  if (!some(handler, asks)) return undefined
  const throwsIt = (node: Node) => node.type === 'ThrowStatement' && isIt(node.argument as Node)
  return some(handler, isIt, node => asks(node) || throwsIt(node)) ? undefined : 'unnamed'
}

function some(
  node: Node,
  is: (node: Node) => boolean,
  without: (node: Node) => boolean = () => false,
): boolean {
  let isThere = false
  visit(node, inner => {
    if (without(inner)) return false
    isThere ||= is(inner)
    return !isThere
  })
  return isThere
}

/** Every node below, until `see` says false. */
function visit(node: Node, see: (node: Node) => unknown): void {
  if (see(node) === false) return
  for (const value of Object.values(node))
    for (const inner of Array.isArray(value) ? value : [value])
      if (inner !== null && typeof inner === 'object' && typeof (inner as Node).type === 'string')
        visit(inner as Node, see)
}
