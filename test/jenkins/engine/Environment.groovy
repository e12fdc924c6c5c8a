import groovy.transform.CompileStatic

/** `env`: the variables of the build with those of the blocks around the current step. */
@CompileStatic
class Environment implements Serializable {
  private final List<Map<String, String>> layers = []

  Environment(Map<String, String> base) {
    layers << new HashMap<String, String>(base)
  }

  /** Variables for a process: those that a block has set to nothing are absent, as in Jenkins. */
  Map<String, String> all() {
    Map<String, String> merged = [:]
    layers.each { merged.putAll(it) }
    return merged.findAll { it.value != '' }
  }

  Object within(Map<String, String> layer, Closure work) {
    layers << layer
    try {
      return work.call()
    } finally {
      layers.remove(layers.size() - 1)
    }
  }

  @Override
  Object getProperty(String name) {
    all()[name]
  }
}
