/** The parameters of a step over its defaults. A name that does not exist is an error: a typo must not change what runs. */
Map call(String step, Map given, Map defaults) {
  List unknown = given.collect { it.key }.findAll { !defaults.containsKey(it) }
  if (unknown) error("${step}: unknown parameter ${unknown.join(', ')}; known: ${defaults.collect { it.key }.join(', ')}")
  return defaults + given.findAll { it.value != null }
}
