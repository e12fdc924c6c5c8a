import groovy.transform.CompileStatic
import org.codehaus.groovy.runtime.GStringImpl
import org.codehaus.groovy.runtime.ScriptBytecodeAdapter
import org.kohsuke.groovy.sandbox.GroovyInterceptor
import org.kohsuke.groovy.sandbox.impl.Checker

/**
 * Refuses what a folder library may not do. Allowed are steps, global variables, blocks, and those methods of texts, lists,
 * maps and numbers that it uses; each of these is on the list of the Script Security plugin.
 */
@CompileStatic
class Sandbox extends GroovyInterceptor {
  private static final Set<String> TEXT = ['contains', 'plus', 'replace', 'replaceAll', 'replaceFirst', 'split', 'substring', 'length', 'toString', 'toUpperCase', 'trim'] as Set
  private static final Set<String> COLLECTION = ['collect', 'containsKey', 'findAll', 'get', 'getAt', 'isCase', 'join', 'plus', 'size'] as Set
  private final Build build

  Sandbox(Build build) {
    this.build = build
  }

  @Override
  Object onMethodCall(GroovyInterceptor.Invoker invoker, Object receiver, String method, Object... arguments) {
    boolean allowed = receiver instanceof PipelineScript ? ofScript(method == 'invokeMethod' ? arguments[0] as String : method)
      : receiver instanceof Closure ? method == 'call'
      : receiver instanceof CharSequence ? TEXT.contains(method)
      : receiver instanceof Map || receiver instanceof Collection ? COLLECTION.contains(method)
      : receiver instanceof Object[] && method == 'size' || receiver instanceof Boolean && method == 'toString' || receiver instanceof Number && method == 'next'
    if (!allowed) refuse("method ${nameOf(receiver)} ${method}")
    return super.onMethodCall(invoker, receiver, method, arguments)
  }

  @Override
  Object onStaticCall(GroovyInterceptor.Invoker invoker, Class receiver, String method, Object... arguments) {
    if (receiver != ScriptBytecodeAdapter && receiver != Checker) refuse("staticMethod ${receiver.name} ${method}")
    return super.onStaticCall(invoker, receiver, method, arguments)
  }

  @Override
  Object onNewInstance(GroovyInterceptor.Invoker invoker, Class receiver, Object... arguments) {
    if (receiver != GStringImpl && !PipelineScript.isAssignableFrom(receiver)) refuse("new ${receiver.name}")
    return super.onNewInstance(invoker, receiver, arguments)
  }

  @Override
  Object onGetProperty(GroovyInterceptor.Invoker invoker, Object receiver, String property) {
    boolean allowed = receiver instanceof PipelineScript || receiver instanceof Environment || receiver instanceof Map ||
      receiver instanceof Map.Entry && property in ['key', 'value'] || receiver instanceof RunOfBuild && property == 'description'
    if (!allowed) refuse("field ${nameOf(receiver)} ${property}")
    return super.onGetProperty(invoker, receiver, property)
  }

  @Override
  Object onSetProperty(GroovyInterceptor.Invoker invoker, Object receiver, String property, Object value) {
    if (!(receiver instanceof RunOfBuild && property == 'description')) refuse("field ${nameOf(receiver)} ${property}")
    return super.onSetProperty(invoker, receiver, property, value)
  }

  @Override
  Object onGetAttribute(GroovyInterceptor.Invoker invoker, Object receiver, String attribute) {
    refuse("field ${nameOf(receiver)} ${attribute}")
  }

  // --- internal ---

  private static final Set<String> STEPS_OF_PLUGINS = ['junit', 'publishChecks'] as Set

  /** A step that is not there is no matter of the sandbox: the call ends as in Jenkins. */
  private boolean ofScript(String method) {
    method == 'call' || build.steps.has(method) || build.variables.containsKey(method) || STEPS_OF_PLUGINS.contains(method)
  }

  private static String nameOf(Object receiver) {
    receiver == null ? 'null' : receiver.class.name
  }

  private static Object refuse(String what) {
    throw new SecurityException("Scripts not permitted to use ${what}")
  }
}
