import com.cloudbees.groovy.cps.Continuable
import com.cloudbees.groovy.cps.Continuation
import com.cloudbees.groovy.cps.Env
import com.cloudbees.groovy.cps.Envs
import com.cloudbees.groovy.cps.Outcome
import com.cloudbees.groovy.cps.SandboxCpsTransformer
import com.cloudbees.groovy.cps.impl.CpsCallableInvocation
import com.cloudbees.groovy.cps.sandbox.SandboxInvoker
import groovy.transform.CompileStatic
import org.codehaus.groovy.control.CompilerConfiguration

/** One build of a Jenkinsfile with the library: compiled for continuations and the sandbox, run step by step. */
@CompileStatic
class Build {
  static Build current

  final Map<String, Script> variables = [:]
  final Environment environment
  final Map<String, String> parameters
  final RunOfBuild run = new RunOfBuild()
  final Steps steps
  private final GroovyShell shell

  Build(Map request) {
    current = this
    environment = new Environment((Map<String, String>) request.env)
    parameters = new LinkedHashMap<String, String>((Map<String, String>) (request.parameters ?: [:]))
    steps = new Steps(this, request)
    CompilerConfiguration compiler = new CompilerConfiguration(scriptBaseClass: 'PipelineScript')
    compiler.addCompilationCustomizers(new SandboxCpsTransformer())
    shell = new GroovyShell(Build.classLoader, new Binding(), compiler)
    new File((String) request.root, 'vars').eachFileMatch(~/.*\.groovy/) { File file -> load(file.name, file.getText('UTF-8')) }
  }

  /** Runs it to its end. What it was refused or failed with is in the answer; nothing is thrown. */
  Map perform(String jenkinsfile) {
    Sandbox sandbox = new Sandbox(this)
    sandbox.register()
    try {
      Script script = shell.parse(jenkinsfile, 'Jenkinsfile.groovy')
      drive(programOf { script.run() })
    } catch (Throwable failure) {
      run.fail(failure)
      steps.log("ERROR: ${failure.message}")
    } finally {
      sandbox.unregister()
    }
    return [result: run.result, description: run.description, error: run.error, log: steps.text(), steps: steps.calls]
  }

  /** Runs the block of a step. */
  Object inside(Closure block) {
    drive(programOf { block.call() })
  }

  // --- internal ---

  private void load(String file, String text) {
    variables[file.replace('.groovy', '')] = shell.parse(text, file)
  }

  private static Continuable programOf(Closure start) {
    Env env = Envs.empty(new SandboxInvoker())
    try {
      start.call()
    } catch (CpsCallableInvocation called) {
      return new Continuable(called.invoke(env, null, Continuation.HALT))
    }
    throw new IllegalStateException('nothing to run: an empty script or block')
  }

  private Object drive(Continuable program) {
    Outcome outcome = new Outcome(null, null)
    while (true) {
      outcome = program.run0(outcome)
      if (!program.resumable) return outcome.replay()
      StepCall call = (StepCall) outcome.normal
      // Jenkins saves the program at each step: what cannot be saved breaks a build after a restart of the controller.
      new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(program)
      try {
        outcome = new Outcome(steps.perform(call), null)
      } catch (Throwable thrown) {
        outcome = new Outcome(null, thrown)
      }
    }
  }
}
