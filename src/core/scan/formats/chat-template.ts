/**
 * Whether a chat template (Jinja) reaches, or may reach, into Python's own names (`__class__`), and so out of its sandbox. No text in it may
 * hold two underscores, so such a name has to be put together: whatever is, and is then looked up as an attribute or an item, is told, and so
 * are characters by their number and filters that look attributes up.
 */
export function reachesOut(template: string): boolean {
  if (ESCAPES.test(template)) return true
  const blocks = blocksOf(template).map(plainOf)
  if (blocks.some(({ texts, code }) => texts.some(text => text.includes('__')) || looksUp(texts, code)))
    return true
  const codes = blocks.map(({ code }) => code)
  if (codes.some(code => LONG.test(code))) return true
  const computed = computedNames(codes)
  return codes.some(code => subscriptsIn(code).some(inside => isComputed(inside, computed)))
}

// --- internal ---

/** Stands for a text. */
const MARK = '§'
const TEXT = /'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"/g
/** Two underscores, what hands out Python's names by itself, and letters by their number: Jinja reads the escapes of Python in its texts. */
const ESCAPES =
  /__|\|\s*attr\b|\battr\s*\(|\b(?:lipsum|cycler|joiner|self\._)\b|\\(?:(?:x|u00|U000000)(?:[46][1-9a-fA-F]|[57][0-9aA]|5[cfCF])|1[0-7][0-7]|N\{|\r?\n)/

/**
 * `{{ … }}` and `{% … %}`, as Jinja finds their ends: not in a text, nor before a bracket is closed. What has no end goes on to that of the
 * template.
 */
function blocksOf(template: string): string[] {
  const blocks: string[] = []
  const begin = /\{[{%#]/g
  for (let found = begin.exec(template); found; found = begin.exec(template)) {
    const end =
      found[0] === '{#' ? after(template, '#}', begin.lastIndex) : endOf(template, found[0], begin.lastIndex)
    const block = template.slice(found.index, end)
    begin.lastIndex = end
    if (RAW.test(block)) {
      END_OF_RAW.lastIndex = end
      begin.lastIndex = END_OF_RAW.test(template) ? END_OF_RAW.lastIndex : template.length
    } else if (found[0] !== '{#') blocks.push(block)
  }
  return blocks
}

const RAW = /^\{%[-+]?\s*raw\s*[-+]?%\}$/
const END_OF_RAW = /\{%[-+]?\s*endraw\s*[-+]?%\}/g

function endOf(template: string, begin: string, from: number): number {
  const part = /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"|[[({\])}%'"]/g
  part.lastIndex = from
  let depth = 0
  for (let found = part.exec(template); found; found = part.exec(template)) {
    const [letter] = found
    if (letter === "'" || letter === '"') break
    if (depth === 0 && template.startsWith(begin === '{{' ? '}}' : '%}', found.index)) return found.index + 2
    if ('[({'.includes(letter)) depth++
    else if ('])}'.includes(letter)) depth--
  }
  return template.length
}

function after(template: string, end: string, from: number): number {
  const at = template.indexOf(end, from)
  return at < 0 ? template.length : at + end.length
}

/** Its texts, those side by side or with `~` or `+` between them as one, and the code around them. */
function plainOf(block: string): { texts: string[]; code: string } {
  const texts: string[] = []
  let [code, end] = ['', 0]
  for (const found of block.matchAll(TEXT)) {
    const between = block.slice(end, found.index)
    const text = found[1] ?? found[2] ?? ''
    if (texts.length > 0 && ['', '~', '+'].includes(between.trim())) texts.push(`${texts.pop()}${text}`)
    else {
      code += between + MARK
      texts.push(text)
    }
    end = found.index + found[0].length
  }
  return { texts, code: code + block.slice(end) }
}

/** Filters and methods that look up an attribute which is named by a text: that is computed, or may be anything. */
function looksUp(texts: readonly string[], code: string): boolean {
  const byAttribute =
    /\battribute\s*=(?!\s*§\s*[,)])|\|\s*(?:selectattr|rejectattr|groupby)\s*\((?!\s*(?:§\s*[,)]|attribute\b))/
  const byFormat = /[\w)\]]\s*\.\s*format\s*\(|\bformat_map\b/
  const byMap = /\|\s*map\s*\((?!\s*(?:§\s*[,)]|attribute\b|\)))/
  return (
    byAttribute.test(code) ||
    byFormat.test(code) ||
    byMap.test(code) ||
    (/\|\s*map\b/.test(code) && texts.includes('attr'))
  )
}

/** More than any template has: what is more is told as if a name were put together. */
const [MOST_ROUNDS, LONGEST_CALL, MOST_PARTS, DEEPEST] = [20, 4000, 16, 100]
const UNTOLD = '~'
const LONG = /[\w.]{500}|\s{2000}/

/** Puts texts together, whatever they are. */
const JOINS =
  /~|\|\s*(?:join|replace|format|center|indent|wordwrap|string|sum)\b|\.\s*(?:join|replace|format|center|ljust|rjust|zfill|expandtabs|translate)\s*\(/
/** How many there are is no text. */
const LENGTH = /[\w.]+\s*\|\s*(?:length|count)\b/g

function isComputed(code: string, computed: ReadonlySet<string>): boolean {
  const value = code.replace(LENGTH, '0')
  const adds = /[+*%]/.test(value) && value.includes(MARK)
  return adds || JOINS.test(value) || namesIn(value).some(name => computed.has(name))
}

/** Names to which something computed is given: by `set`, `for`, `with`, a macro. */
function computedNames(codes: readonly string[]): ReadonlySet<string> {
  const calls = callsIn(codes)
  const given = codes.flatMap(code => givenIn(code, calls))
  const computed = new Set<string>()
  const texts = new Set<string>()
  for (const { name, value } of given) if (value === undefined) computed.add(name)
  for (let [before, round] = [-1, 0]; before < computed.size + texts.size; round++) {
    if (round === MOST_ROUNDS) return new Set(given.map(({ name }) => name))
    before = computed.size + texts.size
    for (const { name, value = '' } of given) {
      const hasText = value.includes(MARK) || namesIn(value).some(one => texts.has(one))
      if (hasText) texts.add(name)
      const adds = hasText && /[+*%]/.test(value.replace(LENGTH, '0'))
      if (adds || isComputed(value, computed)) computed.add(name)
    }
  }
  return computed
}

/** @returns of each name the code of its value; undefined where that is what a block of the template writes */
function givenIn(
  code: string,
  calls: ReadonlyMap<string, string>,
): { name: string; value: string | undefined }[] {
  const statement = /^\{%[-+]?\s*(set|for|with|macro|call)\b\s*([\s\S]*?)[-+]?%\}$/.exec(code)
  if (!statement) return []
  const [, kind, rest] = statement as unknown as [string, string, string]
  if (kind === 'macro' || kind === 'call') {
    const [name = 'caller', ...parameters] = namesIn(rest)
    const values = calls.get(name) ?? ''
    // What a macro writes may be anything; its parameters are what it is called with.
    return [
      { name: kind === 'call' ? 'caller' : name, value: undefined },
      ...parameters.map(parameter => ({ name: parameter, value: values })),
    ]
  }
  const [, names, value] =
    (kind === 'for' ? /^([\s\S]*?)\bin\b([\s\S]*)$/ : /^([^=]*?)=([\s\S]*)$/).exec(rest) ?? []
  if (names === undefined)
    return [...rest.matchAll(/[A-Za-z_][\w.]*/g)].map(([name]) => ({ name, value: undefined }))
  const inside = [...value!.matchAll(/\b([A-Za-z_]\w*)\s*=(?!=)\s*([^,]*)/g)]
  return [
    ...[...names.matchAll(/[A-Za-z_][\w.]*/g)].map(([name]) => ({ name, value })),
    // `namespace(a=…)`, `with a=…, b=…`.
    ...inside.flatMap(([, name, one]) => [
      { name: name!, value: one },
      { name: `${names.trim()}.${name}`, value: one },
    ]),
  ]
}

/** What is called, and with what, wherever that is. */
function callsIn(codes: readonly string[]): ReadonlyMap<string, string> {
  const macros = new Set(codes.flatMap(code => /^\{%[-+]?\s*macro\s+(\w+)/.exec(code)?.[1] ?? []))
  const calls = new Map([...macros].map(name => [name, '']))
  for (const code of codes)
    for (const { 1: name, 0: begin, index } of code.matchAll(/(?<!\w)([A-Za-z_]\w*)\s*\(/g)) {
      const before = calls.get(name!)
      if (before === undefined) continue
      const all = `${before} , ${untilClosed(code, index + begin.length)}`
      calls.set(name!, all.length < LONGEST_CALL ? all : UNTOLD)
    }
  return calls
}

function untilClosed(code: string, from: number): string {
  let depth = 0
  for (let at = from; at < Math.min(code.length, from + LONGEST_CALL); at++) {
    if (code[at] === '(') depth++
    if (code[at] === ')' && depth-- === 0) return code.slice(from, at)
  }
  return UNTOLD
}

/** Each name, with those that it begins with: `a.b` is of `a`. */
function namesIn(code: string): string[] {
  return [...code.matchAll(/(?<![\w.])[A-Za-z_][\w.]*/g)].flatMap(([name]) => {
    const parts = name.split('.')
    return parts.slice(0, MOST_PARTS).map((_, index) => parts.slice(0, index + 1).join('.'))
  })
}

/** What stands between `[` and `]` behind a value, but for slices, which are of lists and texts. */
function subscriptsIn(code: string): string[] {
  const found: string[] = []
  const open: { from: number; isSubscript: boolean; isSlice: boolean }[] = []
  for (let at = 0; at < code.length; at++) {
    const letter = code[at]!
    if ('[({'.includes(letter)) {
      const before = /(?:(\w+)|[\])}§])\s*$/.exec(code.slice(Math.max(0, at - 100), at))
      const isSubscript = letter === '[' && before !== null && !KEYWORDS.has(before[1] ?? '')
      open.push({ from: at + 1, isSubscript, isSlice: false })
      if (open.length > DEEPEST) return [UNTOLD]
    } else if (letter === ':' && open.length > 0) open.at(-1)!.isSlice = true
    else if ('])}'.includes(letter)) {
      const { from, isSubscript, isSlice } = open.pop() ?? { from: at, isSubscript: false, isSlice: false }
      if (isSubscript && !isSlice) found.push(code.slice(from, at))
    }
  }
  return found
}

const KEYWORDS: ReadonlySet<string> = new Set('in not and or if else elif is set for'.split(' '))
