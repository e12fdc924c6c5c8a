import groovy.transform.CompileStatic

/** A step as a script calls it: named arguments, or one without a name; perhaps a block. */
@CompileStatic
class StepCall implements Serializable {
  final String name
  final Map<String, Object> named = [:]
  final Object single
  final Closure block

  StepCall(String name, Object[] given) {
    this.name = name
    List<Object> rest = given.toList()
    if (!rest.empty && rest.last() instanceof Closure) block = (Closure) rest.remove(rest.size() - 1)
    if (!rest.empty && rest[0] instanceof Map) named.putAll((Map) rest[0])
    else if (!rest.empty) single = rest[0]
    if (rest.size() > 1) throw new IllegalArgumentException("step ${name}: too many arguments")
  }

  /** An argument by its name, or the single one. */
  Object argument(String key) {
    named.containsKey(key) ? named[key] : single
  }

  boolean flag(String key) {
    named[key] == true
  }
}
