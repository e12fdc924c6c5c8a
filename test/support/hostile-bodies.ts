import { gzipSync } from 'node:zlib'

/** Bodies that are small as they are sent, and large as what they become: all of a model with the features `age` and `plan`. */
export const HOSTILE_BODIES: Record<string, () => Uint8Array> = {
  'empty events': () => gzipSync(`[${'{},'.repeat(2_700_000)}{}]`),
  'a number without an end': () => gzipSync('0'.repeat(8_000_000)),
  'rows of a request': () => gzipSync(`{"instances":[${'[1,2],'.repeat(1_200_000)}[1,2]]}`),
  'NaN, and texts': () => gzipSync(`[NaN,${'""'.repeat(3_500_000)}]`),
  'NaN, and a text without an end': () => gzipSync(`[NaN,"${'\\"'.repeat(3_500_000)}]`),
  'a tensor': () =>
    gzipSync(
      `{"inputs":[{"name":"x","shape":[1900000,2],"datatype":"FP32","data":[${'1,'.repeat(3_799_999)}1]}]}`,
    ),
  'a tensor behind the JSON': () => {
    const tensor = {
      name: 'x',
      shape: [8_000_000],
      datatype: 'INT8',
      parameters: { binary_data_size: 8_000_000 },
    }
    return gzipSync(
      Buffer.concat([Buffer.from(JSON.stringify({ inputs: [tensor] })), Buffer.alloc(8_000_000)]),
    )
  },
  columns: () => gzipSync(`{"instances":[${'{"age":[1]},'.repeat(600_000)}{"age":[1]}]}`),
  'one column': () => gzipSync(`{"instances":[{"age":[${'1,'.repeat(3_900_000)}1]}]}`),
  'empty lines': () => gzipSync('\n'.repeat(8_000_000)),
  'lines of little': () => gzipSync('1\n'.repeat(4_000_000)),
  'lists in lists': () => gzipSync('['.repeat(8_000_000)),
  names: () =>
    gzipSync(`{"features":{${Array.from({ length: 500_000 }, (_, index) => `"n${index}":1`).join()}}}`),
  'packed inside of packed': () => {
    const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024)).toString('base64')
    const type = 'org.kubeflow.serving.inference.request'
    const events = Array.from({ length: 40 }, (_, index) => ({
      specversion: '1.0',
      id: `z${index}`,
      type,
      data_base64: bomb,
    }))
    return gzipSync(JSON.stringify(events))
  },
  'packed inside, that breaks': () => {
    const bomb = gzipSync(Buffer.alloc(7 * 1024 * 1024))
    bomb[bomb.length - 5]! ^= 1
    const event = { specversion: '1.0', id: 'z', type: 'prediction', data_base64: bomb.toString('base64') }
    return gzipSync(JSON.stringify(Array.from({ length: 400 }, () => event)))
  },
  'a bomb that says it is small': () => {
    const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024))
    bomb.writeUInt32LE(1000, bomb.length - 4)
    return bomb
  },
}
