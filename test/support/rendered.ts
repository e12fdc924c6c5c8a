import MarkdownIt, { type Token } from 'markdown-it'

/** Reads a rendered comment the way a forge does, and says what untrusted text achieved in it. */

const parser = new MarkdownIt({ html: true, linkify: true })
// It takes a zero-width space for part of a domain, which no forge does; addresses are looked for in the text.
parser.linkify.set({ fuzzyEmail: false })
const OWN_TAGS = /^<(\/?(details|summary|sub)|details open)>$/

export interface Rendered {
  /** Texts of the cells of every table, row by row, the head first. */
  tables: string[][][]
  headings: string[]
  links: string[]
  images: string[]
  tags: string[]
  /** Every text that a forge looks at for mentions and references: outside code, entities resolved. */
  prose: string[]
  /** Contents of fences. */
  fences: string[]
}

/** What a forge would make of Markdown. */
export function readRendered(markdown: string): Rendered {
  const found: Rendered = { tables: [], headings: [], links: [], images: [], tags: [], prose: [], fences: [] }
  const tokens = parser.parse(markdown, {})
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'table_open') found.tables.push([])
    if (token.type === 'tr_open') found.tables.at(-1)!.push([])
    if (token.type === 'th_open' || token.type === 'td_open')
      found.tables
        .at(-1)!
        .at(-1)!
        .push(textOf(tokens[index + 1]!))
    if (token.type === 'heading_open') found.headings.push(textOf(tokens[index + 1]!))
    if (token.type === 'html_block') found.tags.push(...tagsIn(token.content))
    if (token.type === 'fence' || token.type === 'code_block') found.fences.push(token.content)
    if (token.type === 'inline') readInline(token, found)
  }
  return found
}

/** What must never be in a comment, whatever names and values hold; empty where all is well. `own` are our links. */
export function problemsIn(markdown: string, own: { links: string[]; heads: number }): string[] {
  const found = readRendered(markdown)
  const text = found.prose.join('\n')
  const count = (tag: string) => found.tags.filter(one => one === tag).length
  return [
    ...(markdown.includes('<!--') ? ['an HTML comment'] : []),
    ...found.images.map(image => `an image: ${image}`),
    ...found.links.filter(link => !own.links.includes(link)).map(link => `a link: ${link}`),
    ...found.tags.filter(tag => !OWN_TAGS.test(tag)).map(tag => `a tag: ${tag}`),
    ...(found.headings.length > own.heads ? [`headings: ${found.headings.join(' / ')}`] : []),
    ...matches(text, /(?<![A-Za-z0-9])@\w\S{0,20}|[\w.]@[a-z]\S{0,20}/gi, 'a mention'),
    ...matches(text, /(?<!\w)(?:#|GH-)\d+/gi, 'a reference'),
    ...matches(text, /https?:\/\/\S+|\bwww\.\S+/gi, 'an address'),
    ...matches(markdown, /^\/.*/gm, 'a quick action'),
    ...matches(markdown.replace(/[\n\u200b]/g, ''), /[\p{Cc}\p{Cf}]/gu, 'a control character'),
    ...(count('<details>') + count('<details open>') !== count('</details>') ? ['unbalanced <details>'] : []),
    ...(count('<summary>') !== count('</summary>') ? ['unbalanced <summary>'] : []),
    ...(count('<sub>') === count('</sub>') && count('<sub>') > 0 ? [] : ['the footer is swallowed']),
  ]
}

// --- internal ---

function readInline(token: Token, found: Rendered): void {
  let prose = ''
  for (const child of token.children ?? []) {
    if (child.type === 'text' || child.type === 'text_special') prose += child.content
    if (child.type === 'softbreak') prose += '\n'
    if (child.type === 'code_inline') prose += ' '
    if (child.type === 'link_open') found.links.push(String(child.attrGet('href')))
    if (child.type === 'image') found.images.push(String(child.attrGet('src')))
    if (child.type === 'html_inline') found.tags.push(...tagsIn(child.content))
  }
  found.prose.push(prose)
}

/** Everything a browser would take for a tag, a comment or a declaration. */
function tagsIn(html: string): string[] {
  return html.match(/<[a-zA-Z/!?][^>]*>?/g) ?? []
}

function textOf(token: Token): string {
  return (token.children ?? []).map(child => child.content).join('')
}

function matches(text: string, pattern: RegExp, what: string): string[] {
  return (text.match(pattern) ?? []).map(found => `${what}: ${JSON.stringify(found)}`)
}
