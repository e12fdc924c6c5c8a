import { Document, Scalar, visit } from 'yaml'

/**
 * Objects → a YAML document each, which readers of YAML 1.1 and 1.2 take for the same: a text that any of them could take for
 * something else is quoted, one of several lines stands as it is. The same objects give the same bytes.
 *
 * @param objects of texts that can be printed, numbers, lists and maps
 */
export function renderObjects(objects: readonly object[]): string {
  return objects
    .map(object => {
      const document = new Document(object, { aliasDuplicateObjects: false })
      visit(document, {
        Scalar(_, node) {
          if (typeof node.value === 'string') node.type = styleOf(node.value)
        },
      })
      return document.toString({ lineWidth: 0, blockQuote: 'literal' })
    })
    .join('---\n')
}

/** Whether a text can stand in YAML as it is: every character can be printed, and breaks a line for all readers or for none. */
export function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text)
}

// --- internal ---

const UNPRINTABLE = /[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|[\u2028\u2029\ufeff]/u
/** A name or a path, and no word or number of any version of YAML. */
const PLAIN = /^(?!(?:y|yes|n|no|on|off|true|false|null|nan|inf)$)[a-z][\w./-]*$/i

function styleOf(text: string): Scalar.Type {
  if (PLAIN.test(text)) return Scalar.PLAIN
  return /[^\n]\n/.test(text) ? Scalar.BLOCK_LITERAL : Scalar.QUOTE_DOUBLE
}
