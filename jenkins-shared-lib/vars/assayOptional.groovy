/** Runs a step of a plugin that not every Jenkins has. Where it is missing, one line says so; nothing else changes. */
def call(String plugin, String without, Closure step) {
  try {
    step()
  } catch (NoSuchMethodError missing) {
    echo "${without}: the plugin ${plugin} is not installed."
  }
}
