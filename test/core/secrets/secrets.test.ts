import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isPlainName, isSecretParameter } from '../../../src/core/secrets/secret-name.ts'
import {
  maskPersonalData,
  redactLines,
  redactor,
  secretForms,
  secretsFromEnv,
  withoutWords,
} from '../../../src/core/secrets/secrets.ts'
import { MASK } from '../../../src/core/secrets/token-shapes.ts'

const SECRET = 'S3cr3t/with+signs "and" space'

describe('redactor', () => {
  const redact = redactor([SECRET])

  test.each([
    ['as it is', SECRET],
    ['in a URL', encodeURIComponent(SECRET)],
    ['in a URL, lower case', encodeURIComponent(SECRET).replace(/%../g, hex => hex.toLowerCase())],
    ['in a form', encodeURIComponent(SECRET).replaceAll('%20', '+')],
    ['in JSON', JSON.stringify(SECRET).slice(1, -1)],
    ['in JSON in JSON', JSON.stringify(JSON.stringify(SECRET)).slice(3, -3)],
    ['in HTML', 'S3cr3t/with+signs &quot;and&quot; space'],
    ['in hexadecimal', Buffer.from(SECRET).toString('hex')],
    ['in hexadecimal, upper case', Buffer.from(SECRET).toString('hex').toUpperCase()],
    ['reversed', [...SECRET].reverse().join('')],
  ])('SE-001: a secret %s is masked', (_, form) => {
    expect(redact(`before ${form} after`)).toBe(`before ${MASK} after`)
  })

  test.each(['x-access-token:', 'oauth2:', 'x', 'xy', ''])(
    'SE-004: a secret in base64 after %j is masked',
    user => {
      const header = Buffer.from(`${user}${SECRET}`).toString('base64')

      const shown = redact(`Authorization: Basic ${header}`)

      const left = shown.replace('Authorization: Basic ', '').replace(MASK, '')
      expect(shown).toContain(MASK)
      expect(left.length - Math.ceil((user.length * 4) / 3)).toBeLessThanOrEqual(4)
      for (const after of [' and', ' more', ' after it'])
        expect(redact(Buffer.from(`${user}${SECRET}${after}`).toString('base64'))).toContain(MASK)
    },
  )

  test('SE-004: the derived forms can be handed to a CI that masks by itself', () => {
    const header = Buffer.from('x-access-token:canary-token-1234').toString('base64')

    const forms = secretForms(['canary-token-1234'])

    expect(forms).toContain('canary-token-1234')
    expect(forms.some(form => form !== 'canary-token-1234' && header.includes(form))).toBe(true)
    expect(forms.every(form => form.length >= 8)).toBe(true)
  })

  test.each([
    ['ghs_CANARYCANARYCANARYCANARYCANARYCANARY'],
    ['ghp_CANARYCANARYCANARYCANARYCANARYCANARY'],
    ['github_pat_11CANARY0CANARY_CANARYCANARYCANARY'],
    ['glpat-CANARYCANARYCANARY00'],
    ['xoxb-CANARY000000-CANARYCANARY'],
    ['AKIACANARYCANARY1234'],
    ['hf_CANARYCANARYCANARYCANARYCANARY'],
    ['pypi-AgEIcHlwaS5vcmcCANARYCANARY'],
    ['dckr_pat_CANARYCANARYCANARY_1234'],
    ['hvs.CANARYCANARYCANARYCANARY'],
    ['SG.CANARYCANARYCANARY.CANARY_CANARY-CANARY'],
    ['ATATT3xFfGF0CANARYCANARYCANARY='],
    ['ya29.a0CANARYCANARYCANARY_CANARY'],
    ['whsec_CANARYCANARYCANARYCANARY'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLWNhbmFyeQ'],
    [`dapi${'0a1b2c3d'.repeat(4)}-3`],
    ['sk-proj-canarycanarycanarycanary'],
    ['sk-ant-api03-canary_canary-canary'],
    ['sk_test_CANARYCANARYCANARY12'],
    ['gsk_CANARYCANARYCANARYCANARY'],
    [`AIza${'CANARY7'.repeat(5)}`],
    ['npm_CANARYCANARYCANARYCANARY'],
    ['-----BEGIN RSA PRIVATE KEY-----\nCANARY\nCANARY\n-----END RSA PRIVATE KEY-----'],
    ['-----BEGIN PRIVATE KEY-----\nCANARY, cut off'],
  ])('SE-001: the shape of %j is masked without being known', token => {
    expect(redactor([])(`x ${token}`)).toBe(`x ${MASK}`)
  })

  test.each([
    ['Authorization: Bearer canary', 'Authorization: Bearer ***'],
    ["{'Authorization': 'Basic Y2FuYXJ5'}", "{'Authorization': 'Basic ***'}"],
    ['-H "authorization: token canary1"', '-H "authorization: token ***"'],
    ['sent Bearer aB3.canary-canary_canary', 'sent Bearer ***'],
    ['wandb login 0123456789abcdef0123456789abcdef01234567', 'wandb login ***'],
    ['WANDB_API_KEY=0123456789abcdef0123456789abcdef01234567', 'WANDB_API_KEY=***'],
    [
      'https://x.blob.core.windows.net/c?sv=2&sig=canary%2B&se=1',
      'https://x.blob.core.windows.net/c?sv=2&sig=***&se=1',
    ],
    ['https://b.s3/x?X-Amz-Signature=canary&x=1', 'https://b.s3/x?X-Amz-Signature=***&x=1'],
    ['https://h/x?token=canary', 'https://h/x?token=***'],
    ['Server=x;Password=canary;Database=d', 'Server=x;Password=***;Database=d'],
    ['AccountName=a;AccountKey=canary7canary7canary7==;', 'AccountName=a;AccountKey=***;'],
    ["connect(user='ada', password='canary')", "connect(user='ada', password='***')"],
    ['{"user": "ada", "password": "canary"}', '{"user": "ada", "password": "***"}'],
    ['pwd=canary', 'pwd=***'],
    ['X-Api-Key: canary12', 'X-Api-Key: ***'],
    ['x-auth-token: canary12', 'x-auth-token: ***'],
    ['X-VAULT-TOKEN: canary12', 'X-VAULT-TOKEN: ***'],
    ['?X-Goog-Credential=canary', '?X-Goog-Credential=***'],
    ['?AWSAccessKeyId=canary', '?AWSAccessKeyId=***'],
    ['?apiKey=canary', '?apiKey=***'],
    ['&client_secret=canary', '&client_secret=***'],
    ['?PWD=canary', '?PWD=***'],
    ['?signature=canary', '?signature=***'],
    ['PassPhrase=canary', 'PassPhrase=***'],
    ['SharedAccessSignature=Canary7canary7canary7', 'SharedAccessSignature=***'],
    ["clientSecret='Canary7canary7canary7'", "clientSecret='***'"],
    ["HF_Token='Canary7canary7canary7'", "HF_Token='***'"],
  ])('what is a login by what stands before it is masked: %s', (text, shown) => {
    expect(redactor([])(text)).toBe(shown)
  })

  test.each([
    'Basic configuration of the Bearer',
    'commit 0123456789abcdef0123456789abcdef01234567 logged to wandb',
    'pwd=/home/runner/work',
    `password=$DB_PASSWORD password=\${PW} password=<password> password=None`,
    'num_tokens=4096 max_token=1234567890123456',
    'sk-learn-fraud-detection-model',
    'page?sort=sig&tokens=5',
    'Password for ada: ',
  ])('what only looks like one is not: %s', text => {
    expect(redactor([])(text)).toBe(text)
  })

  test('credentials in a URL are masked, the host stays', () => {
    const shown = redactor([])(
      'fetch https://bob:hunter2@host.example/a.git and https://host/@bob and ssh://git@host/x',
    )

    expect(shown).toBe(`fetch https://${MASK}@host.example/a.git and https://host/@bob and ssh://git@host/x`)
  })

  test('what names a variable of the CI stays to be copied, and nothing else that begins like it', () => {
    const masked = redactor([])

    expect(masked('git clone https://gitlab-ci-token:$CI_JOB_TOKEN@$CI_SERVER_HOST/a.git')).toContain(
      'gitlab-ci-token:$CI_JOB_TOKEN@$CI_SERVER_HOST',
    )
    for (const secret of ['$CIhunter2', '$CI_hunter2', 'x$CI_JOB_TOKEN', '$CI_JOB_TOKEN.x'])
      expect(masked(`https://bob:${secret}@host.example/a`)).toBe(`https://${MASK}@host.example/a`)
  })

  test('each line of a secret of several lines is masked', () => {
    const shown = redactor(['first-line-secret\\nsecond-line-secret\nthird-line-secret'])(
      'a first-line-secret b\nc second-line-secret d\ne third-line-secret',
    )

    expect(shown).toBe(`a ${MASK} b\nc ${MASK} d\ne ${MASK}`)
  })

  test('where one secret is part of another nothing of the longer one is left', () => {
    expect(redactor(['abcdefgh', 'abcdefghijklmnop'])('abcdefghijklmnop')).toBe(MASK)
  })

  test('short secrets are not masked, those of eight characters are', () => {
    expect(redactor(['abc', ''])('abc def')).toBe('abc def')
    expect(redactor(['a1b2c3d', 'A1B2C3D4'])('a1b2c3d A1B2C3D4')).toBe(`a1b2c3d ${MASK}`)
    const hexadecimal = Buffer.from('a1b2c3d').toString('hex')
    expect(redactor(['a1b2c3d'])(hexadecimal)).toBe(hexadecimal)
  })

  test('no secret comes through, wherever it stands', () => {
    const secret = fc
      .string({ minLength: 8, maxLength: 40, unit: 'grapheme' })
      .filter(text => text.trim().length >= 8 && text.trim() === text)
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        expect(
          redactor([value])(`${before}${value}${after}`).includes(value) &&
            !`${before}${MASK}${after}`.includes(value),
        ).toBe(false)
      }),
    )
  })

  test('long hostile text takes linear time', () => {
    const redact = redactor([SECRET])
    const hostile = [
      'eyJ'.repeat(100_000),
      '://'.repeat(100_000),
      'a@'.repeat(100_000),
      '-----BEGIN '.repeat(50_000),
      'AKIA'.repeat(80_000),
      'dapi0a1b'.repeat(40_000),
      'Bearer '.repeat(50_000),
      'authorization: bearer '.repeat(15_000),
      'authorization:   '.repeat(15_000),
      'password='.repeat(40_000),
      'password = "'.repeat(30_000),
      '?sig='.repeat(60_000),
      'a_token=a1'.repeat(30_000),
      'sk-ant-'.repeat(50_000),
      'Basic aA1'.repeat(30_000),
      `Bearer ${'a'.repeat(300_000)}`,
      'wandb key '.repeat(30_000),
    ]

    const shown = hostile.map(text => maskPersonalData(redact(text)))

    expect(shown).toHaveLength(hostile.length)
  })
})

describe('secretsFromEnv', () => {
  test('values are taken by the names of their variables', () => {
    const env = {
      GITHUB_TOKEN: 'token-value',
      'INPUT_GITHUB-TOKEN': 'input-value',
      AWS_SECRET_ACCESS_KEY: 'secret-value',
      DB_PASSWORD: 'password-value',
      WANDB_API_KEY: 'apikey-value',
      SLACK_WEBHOOK_URL: 'webhook-value',
      CI_JOB_JWT: 'jwt-value-1',
      GOOGLE_APPLICATION_CREDENTIALS_FILE: '/home/x/key.json',
      SSH_KEY_PATH: '/home/x/.ssh/id',
      PWD: '/home/runner/work',
      OLDPWD: '/home/runner/work',
      TOKENIZERS_PARALLELISM: 'disabled!',
      MONKEY: 'a long value',
      SHORT_TOKEN: 'shorter',
      EIGHT_TOKEN: 'eight-ch',
      EMPTY_TOKEN: undefined,
      AZURE_STORAGE_CONNECTION_STRING: 'AccountName=canary',
    }

    const secrets = secretsFromEnv(env)

    expect(secrets).toEqual([
      'token-value',
      'input-value',
      'secret-value',
      'password-value',
      'apikey-value',
      'webhook-value',
      'jwt-value-1',
      'eight-ch',
      'AccountName=canary',
    ])
  })
})

test('words and small numbers are a plain name, up to 80 characters', () => {
  for (const name of ['customer-segment', 'f1@threshold-50', 'rocAucOvr', 'word '.repeat(16)])
    expect(isPlainName(name)).toBe(true)
  for (const name of [`${'word '.repeat(16)}.`, 'tZ8q19aaWx77', 'a'.repeat(15), '123456789'])
    expect(isPlainName(name)).toBe(false)
})

test('a value that is one word is told from one that is none', () => {
  const words = ['production', ' staging ', 'model2024']
  const others = ['tZ8q-19aa-Wx77', 'two words', 'abcdefghijklmnop', 'model20245']

  expect(withoutWords([...words, ...others])).toEqual(others)
})

describe('a parameter of training', () => {
  const hex = '0123456789abcdef0123456789abcdef01234567'

  test.each([
    ['nested/pwd', 'pwdcanary2'],
    ['nested/creds', 'credcanary'],
    ['nested/connection_string', 'Server=x;Uid=cscanary'],
    ['azure.conn_str', 'x'],
    ['wandb/key', hex],
    ['wandb.key', hex],
    ['api/key', 'canary'],
    ['db/pass', 'canary'],
    ['db/pass/prod', 'canary'],
    ['pwd', '1234'],
    ['db/password', '12'],
    ['dsn', 'canary'],
    ['pass', 'canary'],
    ['dbPassword', 'canary'],
    ['db/userPwd', 'canary'],
    ['DBPwd', 'canary'],
    ['apiKey', 'canary'],
    ['credentials/user', 'canary'],
    ['hf_token', 'canary'],
  ])('holds a secret: %s', (name, value) => {
    expect(isSecretParameter(name, value)).toBe(true)
  })

  test.each([
    ['key_dim', '64'],
    ['num_heads', '8'],
    ['pass_through', 'yes'],
    ['model/passThrough', 'columns'],
    ['filter/low_pass', 'butterworth'],
    ['pass', '3'],
    ['tokenizer', 'bert-base-uncased'],
    ['tokenizer/name', 'bert-base-uncased'],
    ['max_tokens', '512'],
    ['llm/maxNewTokens', '4096'],
    ['pad_token', '<pad>'],
    ['token_type', 'bpe'],
    ['author', 'ada'],
    ['patience', '5'],
    ['path', 's3://data/x1y2z3'],
    ['secret/path', '/run/secrets/x'],
    ['keyword', 'churn-2024-x1y2'],
    ['monkey', 'x1y2z3-x1y2z3-x1y2z3'],
    ['primary_key', 'customer_id'],
    ['bypass', 'x'],
    ['compass', 'x'],
    ['pattern', 'x'],
    ['authority', 'x'],
    ['use_auth', 'false'],
  ])('holds none: %s', (name, value) => {
    expect(isSecretParameter(name, value)).toBe(false)
  })
})

describe('redactLines', () => {
  const run = (pieces: string[]): string => {
    const lines = redactLines(redactor([SECRET, 'another-secret']))
    return pieces.map(piece => lines.push(piece)).join('') + lines.end()
  }

  test('a secret in two pieces is masked', () => {
    expect(run([`a ${SECRET.slice(0, 9)}`, `${SECRET.slice(9)} b\nrest`])).toBe(`a ${MASK} b\nrest`)
  })

  test('however a text is cut, the result is that of the whole', () => {
    const piece = fc.constantFrom('another', '-secret', 'another-secret', '\n', '\r', '\r\n', 'x ', SECRET)
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.array(fc.nat(60)), (parts, cuts) => {
        const whole = parts.join('')
        const at = [0, ...cuts.filter(cut => cut < whole.length).sort((a, b) => a - b), whole.length]
        const pieces = at.slice(1).map((end, index) => whole.slice(at[index], end))

        expect(run(pieces)).toBe(run([whole]))
        expect(run(pieces)).not.toContain('another-secret')
      }),
    )
  })

  test('a private key is masked over its lines, whatever comes between', () => {
    const shown = run([
      'log\n-----BEGIN RSA PRIVATE',
      ' KEY-----\nMIIcanary\n',
      'canary\n-----END RSA PRIVATE KEY-----\nafter\n',
    ])

    expect(shown).not.toContain('canary')
    expect(shown).toMatch(/^log\n/)
    expect(shown).toMatch(/\nafter\n$/)
  })

  test('text about keys masks a key length of lines, not the rest of the log', () => {
    const shown = run(['-----BEGIN PRIVATE KEY-----\n', 'x\n'.repeat(300), 'still here\n'])

    expect(shown).toContain('still here')
  })

  test('a line without end is passed on, and a secret across the cut is masked', () => {
    const shown = run(['a'.repeat(70_000 - 5), 'another-secr', 'et', 'b'.repeat(70_000), '\n'])

    expect(shown).not.toContain('another-secret')
    expect(shown).toHaveLength(70_000 - 5 + MASK.length + 70_000 + 1)
  })

  test('a line is held back up to 65,536 characters, and from there its last 8,192 alone', () => {
    const lines = redactLines(redactor([SECRET]))

    expect(lines.push('a'.repeat(65_536))).toBe('')
    expect(lines.push('a')).toBe('a'.repeat(65_537 - 8192))
    expect(lines.end()).toBe('a'.repeat(8192))
  })

  test('a progress bar moves before its line ends', () => {
    const lines = redactLines(text => text)

    expect(lines.push('10 %\r20 %\r')).toBe('10 %\r')
  })
})

describe('maskPersonalData', () => {
  test.each([
    ['SE-006: an e-mail address', 'user_id=alice@example.com', 'user_id=[e-mail]'],
    ['an address at a number', 'user=alice@163.com', 'user=[e-mail]'],
    ['an address whose name is a metric', 'recall@example.com', '[e-mail]'],
    ['an address at a letter', 'kim@k.example', '[e-mail]'],
    ['SE-006: an international number', 'call +49 30 1234567', 'call [phone]'],
    ['SE-006: a national number', '030/1234567', '[phone]'],
    ['SE-006: a number in brackets', '(555) 123-4567', '[phone]'],
    ['SE-006: an IBAN', 'DE89370400440532013000', '[IBAN]'],
    ['SE-006: an IBAN in groups', 'DE89 3704 0044 0532 0130 00', '[IBAN]'],
    ['a number of 8 digits', '+49 301 234', '[phone]'],
    ['a number of 15 digits', '+49 301 2345 67890 1', '[phone]'],
    ['the shortest IBAN', ibanOf('NO', '86011117947'), '[IBAN]'],
    ['the longest IBAN', ibanOf('MT', 'ABCDEFGHIJ0123456789ABCDEFGHIJ'), '[IBAN]'],
  ])('%s is masked', (_, text, shown) => {
    expect(maskPersonalData(text)).toBe(shown)
  })

  test('what is too short or too long for an IBAN or a telephone number is left alone', () => {
    for (const text of [
      ibanOf('NO', '8601111794'),
      ibanOf('MT', 'ABCDEFGHIJ0123456789ABCDEFGHIJK'),
      '+49 301 23',
      '+49 301 2345 67890 12',
    ])
      expect(maskPersonalData(text)).toBe(text)
  })

  test.each([
    '0.123456789',
    '-0.0012',
    '2026-01-31',
    '2026-01-31T12:00:00Z',
    '10-20',
    '1234567890',
    'mAP@0.5',
    'recall@10',
    'recall@k.mean',
    'ndcg@10.mean',
    'val/recall@k.std',
    'test_hit_rate@20.all',
    'my_metric@5.mean',
    'AP@50.small',
    '192.168.1.10',
    'DE89370400440532013001',
    '1,234,567',
    'v1.2.3',
    '08-12',
    'AB12',
  ])('%s is left alone', text => {
    expect(maskPersonalData(text)).toBe(text)
  })
})

/** With the two digits that make the number right: ISO 7064, MOD 97-10. */
function ibanOf(country: string, account: string): string {
  const digits = [...`${account}${country}00`].map(sign => Number.parseInt(sign, 36)).join('')
  return `${country}${String(98n - (BigInt(digits) % 97n)).padStart(2, '0')}${account}`
}

test('takes no version of a release for a telephone number', () => {
  const versions = ['2026-05-01-0000001', 'churn 2026-12-31-9876543 in staging', 'v2026-01-02-01234567']
  expect(versions.map(maskPersonalData)).toEqual(versions)
})
