// node package.mjs → an OCI image layout in image/, and its name with digest in the file that ASSAY_PACKAGE_FILE names
//
// It needs neither docker nor a registry. The image is real, its digest is that of its manifest, and `skopeo copy oci:image …`
// can push it, but it holds the model alone: a real one stands on a layer with the server, and this script would push it.
import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

const NAME = 'ghcr.io/acme/late-flights'
const { ASSAY_COMMIT: commit = '', ASSAY_PACKAGE_FILE: packageFile } = process.env

rmSync('image', { recursive: true, force: true })
mkdirSync('image/blobs/sha256', { recursive: true })
const layer = store(
  'application/vnd.oci.image.layer.v1.tar',
  tarOf('models/model.json', readFileSync('model.json')),
)
const config = store(
  'application/vnd.oci.image.config.v1+json',
  JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  }),
)
const manifest = store(
  'application/vnd.oci.image.manifest.v1+json',
  JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config,
    layers: [layer],
    ...(commit && { annotations: { 'org.opencontainers.image.revision': commit } }),
  }),
)
writeFileSync('image/oci-layout', JSON.stringify({ imageLayoutVersion: '1.0.0' }))
writeFileSync('image/index.json', JSON.stringify({ schemaVersion: 2, manifests: [manifest] }))

const image = `${NAME}@${manifest.digest}`
if (packageFile) appendFileSync(packageFile, `image=${image}\nuri=oci://${image}\n`)
console.log(`wrote image/: ${image}`)

/** Keeps a blob under its digest, and returns how others name it. */
function store(mediaType, content) {
  const hex = createHash('sha256').update(content).digest('hex')
  writeFileSync(`image/blobs/sha256/${hex}`, content)
  return { mediaType, digest: `sha256:${hex}`, size: Buffer.byteLength(content) }
}

/** A tar archive (ustar) with one file, of no owner and no time: the same model gives the same bytes. */
function tarOf(path, content) {
  const header = Buffer.alloc(512)
  const write = (text, at) => header.write(text, at, 'ascii')
  const octal = (number, at, length) => write(`${number.toString(8).padStart(length - 1, '0')}\0`, at)
  write(path, 0)
  octal(0o644, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(content.length, 124, 12)
  octal(0, 136, 12)
  write(' '.repeat(8), 148)
  write('0', 156)
  write('ustar\0', 257)
  write('00', 263)
  const sum = header.reduce((total, byte) => total + byte, 0)
  write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  const padding = Buffer.alloc(((512 - (content.length % 512)) % 512) + 1024)
  return Buffer.concat([header, content, padding])
}
