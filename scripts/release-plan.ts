/** What a release is made of: its version, its tag, its notes. Pure: texts in, texts out. */

/** A version that is released: three numbers, no more. */
export const RELEASE_VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/

/** What the files of a commit and the run say about a release. */
export interface ReleaseFacts {
  /** In package.json. */
  version: string
  /** In src/version.ts: stands in every result. */
  sourceVersion: string
  changelog: string
  /** The tag that was pushed; undefined where somebody started the run by hand, which makes the tag. */
  pushedTag: string | undefined
  /** Whether the commit is one of the main branch. */
  isOnMain: boolean
}

/** Why this commit must not be released: all reasons, each with what to do. */
export function releaseProblems(facts: ReleaseFacts): string[] {
  const { version, sourceVersion, changelog, pushedTag, isOnMain } = facts
  const problems: string[] = []
  if (!RELEASE_VERSION.test(version))
    problems.push(`package.json: version ${JSON.stringify(version)} is not three numbers such as 1.2.3`)
  if (sourceVersion !== version)
    problems.push(`src/version.ts says ${sourceVersion}, package.json ${version}: make them one`)
  if (pushedTag !== undefined && pushedTag !== `v${version}`)
    problems.push(
      `the tag is ${pushedTag}, the version in package.json ${version}: delete the tag and push v${version}, or change the version`,
    )
  if (!isOnMain) problems.push('the commit is not on main: merge it first')
  const section = changelogSection(changelog, version)
  if (section === undefined) problems.push(`CHANGELOG.md has no heading "## ${version} (year-month-day)"`)
  else if (!/^\d{4}-\d{2}-\d{2}$/.test(section.date))
    problems.push(`CHANGELOG.md, ${version}: "(${section.date})" is no day: write the day of the release`)
  if (section?.text === '') problems.push(`CHANGELOG.md, ${version}: nothing stands below the heading`)
  return problems
}

/**
 * What the changelog says of a version: what stands in the parentheses of its heading, and everything down to the next heading
 * of its level. Undefined where there is no such heading; headings in a code block are none.
 */
export function changelogSection(
  changelog: string,
  version: string,
): { date: string; text: string } | undefined {
  const lines = changelog.split(/\r?\n/)
  const headings = headingsOf(lines)
  const at = headings.findIndex(({ text }) => text === version || text.startsWith(`${version} (`))
  const heading = headings[at]
  if (heading === undefined) return undefined
  const text = lines.slice(heading.line + 1, headings[at + 1]?.line).join('\n')
  return { date: /\(([^)]*)\)$/.exec(heading.text)?.[1] ?? '', text: text.trim() }
}

/** Whether a version is above another one; both of three numbers. */
export function isNewer(version: string, other: string): boolean {
  const [a, b] = [version, other].map(text => RELEASE_VERSION.exec(text)?.slice(1).map(Number))
  if (!a || !b) throw new Error(`not three numbers: ${version}, ${other}`)
  const at = a.findIndex((part, index) => part !== b[index])
  return at >= 0 && a[at]! > b[at]!
}

/** The tag that people follow for a version: that of its major. */
export function majorTag(version: string): string {
  return `v${version.split('.')[0]}`
}

// --- internal ---

function headingsOf(lines: string[]): { line: number; text: string }[] {
  const headings: { line: number; text: string }[] = []
  let fence: string | undefined
  for (const [line, text] of lines.entries()) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1]
    if (fence === undefined) {
      if (mark) fence = mark
      else if (text.startsWith('## ')) headings.push({ line, text: text.slice(3).trim() })
    } else if (mark?.startsWith(fence)) fence = undefined
  }
  return headings
}
