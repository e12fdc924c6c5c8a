import { describe, expect, it } from 'vitest'
import { secretByName, secretInText } from '../../../src/core/image/secret-files.ts'

describe('a file that nobody means to publish', () => {
  it.each([
    '.env',
    'a/.env.production',
    'a/ID_RSA',
    'id_ed25519',
    'a.pfx',
    '.ssh/work',
    'kubeconfig',
    'prod.kubeconfig',
    '.kube/config',
    'a/.docker/config.json',
    '.npmrc',
    'a/.pypirc',
    '.netrc',
    'credentials.json',
    'a/application_default_credentials.json',
    '.aws/credentials',
    '.git-credentials',
  ])('is told by its name: %s', path => {
    expect(secretByName(path)).toBeDefined()
  })

  it.each([
    'env',
    'model.env.bin',
    '.env.example',
    'id_rsa.pub',
    '.ssh/known_hosts',
    'config.json',
    'model/config.json',
    'tokenizer.json',
    'aws/credentials',
    'environment.yml',
  ])('is not %s', path => {
    expect(secretByName(path)).toBeUndefined()
  })

  const BEGIN = `-----BEGIN ${'PRIVATE'} KEY-----`
  it.each([
    `${BEGIN}\nMIIEvQIBADANBgkqhkiG\n`,
    `x\r\n${BEGIN.replace('PRIVATE', 'OPENSSH PRIVATE')}\r\nMIIEvQIBADANBgkqhkiG\r\n`,
    `${BEGIN.replace('PRIVATE', 'RSA PRIVATE')}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES\n\nMIIEvQIBADANBgkqhkiG\n`,
    `${BEGIN.replace('KEY', 'KEY BLOCK').replace('PRIVATE', 'PGP PRIVATE')}\n\nMIIEvQIBADANBgkqhkiG\n`,
    `{"type": "service_account", "private_key": "${BEGIN}\\nMIIE"}`,
    'users:\n- user:\n    client-key-data: LS0tLS1CRUdJTiBQUklW\n',
  ])('is told by what it holds: %j', text => {
    expect(secretInText(text)).toBeDefined()
  })

  it.each([
    `if text.startswith("${BEGIN}"):\n`,
    `${BEGIN}\n...\n`,
    '-----BEGIN CERTIFICATE-----\nMIIEvQIBADANBgkqhkiG\n',
  ])('is not what speaks of keys: %j', text => {
    expect(secretInText(text)).toBeUndefined()
  })
})
