/** What is asked about files and blobs, so many at once. */

export const ENTRY = 'fragment Entry on TreeEntry { mode oid object { ... on Blob { byteSize text } } }'

export function blobsQuery(count: number): string {
  const numbers = Array.from({ length: count }, (_, at) => at)
  const declared = numbers.map(at => `, $b${at}: GitObjectID!`).join('')
  const blobs = numbers.map(at => `b${at}: object(oid: $b${at}) { ... on Blob { byteSize text } }`)
  return `query Blobs($owner: String!, $name: String!${declared}) {
  repository(owner: $owner, name: $name) {
    ${blobs.join('\n    ')}
  }
}`
}

/** Paths travel as variables, never in the text of the query. */
export function filesQuery(count: number): string {
  const numbers = Array.from({ length: count }, (_, at) => at)
  const declared = numbers.map(at => `, $p${at}: String!`).join('')
  const files = numbers.map(at => `p${at}: file(path: $p${at}) { ...Entry }`).join('\n        ')
  return `query Files($owner: String!, $name: String!, $commit: GitObjectID!${declared}) {
  repository(owner: $owner, name: $name) {
    object(oid: $commit) {
      ... on Commit {
        tree { oid }
        ${files}
      }
    }
  }
}
${count === 0 ? '' : ENTRY}`
}
