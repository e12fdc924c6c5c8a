import { readFileSync } from 'node:fs'
import { XmlDocument, type XmlElement, XsdValidator } from 'libxml2-wasm'

/** A JUnit file as its readers see it, parsed by libxml2 and held to test/data/junit.xsd. */
export interface JunitCase {
  suite: string
  classname: string
  name: string
  ending: 'passed' | 'failure' | 'error' | 'skipped'
  message: string
  text: string
}

/** @throws where it is not well formed, or not what the schema allows */
export function readJunit(xml: string): JunitCase[] {
  const document = XmlDocument.fromString(xml)
  try {
    validator.validate(document)
    const found = document.find('//testcase') as XmlElement[]
    return found.map(one => {
      const [ending] = one.find('*') as XmlElement[]
      const attribute = (element: XmlElement | undefined, name: string) =>
        element?.attrs.find(attr => attr.name === name)?.value ?? ''
      return {
        suite: attribute(one.parent ?? undefined, 'name'),
        classname: attribute(one, 'classname'),
        name: attribute(one, 'name'),
        ending: (ending?.name ?? 'passed') as JunitCase['ending'],
        message: attribute(ending, 'message'),
        text: ending?.content ?? '',
      }
    })
  } finally {
    document.dispose()
  }
}

// --- internal ---

const validator = XsdValidator.fromDoc(
  XmlDocument.fromString(readFileSync(new URL('../data/junit.xsd', import.meta.url), 'utf8')),
)
