import com.cloudbees.groovy.cps.Continuable
import com.cloudbees.groovy.cps.SerializableScript
import groovy.transform.CompileStatic
import org.codehaus.groovy.runtime.InvokerHelper

/** What a Jenkinsfile and every file of `vars/` is a subclass of: names that it does not define are global variables or steps. */
@CompileStatic
abstract class PipelineScript extends SerializableScript {
  @Override
  Object invokeMethod(String name, Object arguments) {
    Object[] list = InvokerHelper.asArray(arguments)
    Build build = Build.current
    Script variable = build.variables.get(name)
    if (variable != null) return InvokerHelper.invokeMethod(variable, 'call', list)
    if (!build.steps.has(name))
      throw new NoSuchMethodError("No such DSL method '${name}' found among steps ${build.steps.names()}")
    // Control goes back to the build, which runs the step and resumes with what it gives, as the Pipeline plugin does.
    return Continuable.suspend(new StepCall(name, list))
  }

  @Override
  Object getProperty(String name) {
    Build build = Build.current
    if (name == 'env') return build.environment
    if (name == 'currentBuild') return build.run
    if (name == 'scm') return [userRemoteConfigs: []]
    if (name == 'params') return build.parameters
    Script variable = build.variables.get(name)
    if (variable != null) return variable
    throw new MissingPropertyException(name, this.class)
  }
}
