import { addressKeys } from './addresses.ts'
import { textCarriers } from './application-carriers.ts'
import { type Carrier, fieldsOf } from './carrier.ts'
import { parametersIn } from './parameters.ts'
import { namesIn, type Seen, yamlCarrier } from './seen-object.ts'

/** A ConfigMap: addresses of models among its keys, and files of values for a chart. */
export function configMapCarriers(seen: Seen): Carrier[] {
  const data = fieldsOf(seen.object.data)
  const keys = addressKeys(data)
  const names = namesIn(seen).map(name =>
    name.replace(/-(config|configmap|env|settings|vars|values|helm-values)$/, ''),
  )
  const ofFiles = Object.keys(data).flatMap(key =>
    /values.*\.ya?ml$/i.test(key) ? textCarriers(seen, data[key], ['data', key], names) : [],
  )
  if (keys.length === 0) return ofFiles
  const [first] = keys
  const address: Carrier = {
    ...yamlCarrier(seen, [{ path: ['data', first!], value: '{uri}' }], String(data[first!])),
    names,
    ...parametersIn(data, ['data']),
    ...(keys.length > 1 && { unclear: keys.map(key => `${key}   ${String(data[key])}`) }),
  }
  return [address, ...ofFiles]
}
