import groovy.transform.CompileStatic
import java.nio.file.FileSystems
import java.nio.file.Files
import java.nio.file.Path

/** The steps of Jenkins that the library uses. Shells, files and environments are real. */
@CompileStatic
class Steps {
  /** What was called, in order, for the test to look at. */
  final List<Map> calls = []
  private final Build build
  private final File workspace
  /** Where steps work: the workspace, or a folder of it. */
  private File folder
  private final File library
  private final Map<String, String> credentials
  private final Map checkout
  private final boolean unix
  private final Map<String, Closure> known
  private final StringBuilder output = new StringBuilder()
  private final Set<String> secrets = []

  Steps(Build build, Map request) {
    this.build = build
    workspace = folder = new File((String) request.workspace)
    library = new File((String) request.root)
    credentials = (Map<String, String>) (request.credentials ?: [:])
    checkout = (Map) (request.checkout ?: [:])
    unix = request.windows != true
    known = [
      node: { StepCall call -> build.inside(call.block) },
      stage: { StepCall call -> build.inside(call.block) },
      checkout: { StepCall call -> new LinkedHashMap(checkout) },
      scmGit: { StepCall call -> new LinkedHashMap(call.named) },
      git: { StepCall call -> git(call) },
      dir: { StepCall call -> within(call.argument('path') as String, call.block) },
      deleteDir: { StepCall call -> folder.deleteDir() },
      catchError: { StepCall call -> caught(call.block) },
      echo: { StepCall call -> log(call.argument('message') as String) },
      error: { StepCall call -> throw new StepFailed(call.argument('message') as String) },
      unstable: { StepCall call -> log("WARNING: ${call.argument('message')}"); build.run.unstable() },
      isUnix: { StepCall call -> unix },
      pwd: { StepCall call -> call.flag('tmp') ? "${workspace}@tmp".toString() : workspace.path },
      sh: { StepCall call -> sh(call) },
      withEnv: { StepCall call -> build.environment.within(pairs((List) call.argument('overrides'))) { build.inside(call.block) } },
      string: { StepCall call -> new LinkedHashMap(call.named) },
      usernamePassword: { StepCall call -> new LinkedHashMap(call.named) },
      withCredentials: { StepCall call -> withCredentials((List<Map>) call.argument('bindings'), call.block) },
      fileExists: { StepCall call -> file(call).exists() },
      readFile: { StepCall call -> file(call).getText('UTF-8') },
      writeFile: { StepCall call -> write(file(call), call.named.text as String) },
      libraryResource: { StepCall call -> new File(library, "resources/${call.argument('resource')}").getText('UTF-8') },
      archiveArtifacts: { StepCall call -> matching(call.named.artifacts as String) },
      junit: { StepCall call -> matching(call.named.testResults as String) },
      publishChecks: { StepCall call -> null },
      // What a build says of its job counts from the next one on.
      properties: { StepCall call -> null },
      disableConcurrentBuilds: { StepCall call -> [disableConcurrentBuilds: true] },
      pipelineTriggers: { StepCall call -> [triggers: call.single] },
      cron: { StepCall call -> [cron: call.single] },
      parameters: { StepCall call -> [parameters: call.single] },
      // The library under test is there already.
      library: { StepCall call -> null },
      modernSCM: { StepCall call -> new LinkedHashMap(call.named) },
    ] as Map<String, Closure>
    ((List<String>) (request.missing ?: [])).each { known.remove(it) }
  }

  boolean has(String name) {
    known.containsKey(name)
  }

  List<String> names() {
    known.keySet().toList().sort()
  }

  Object perform(StepCall call) {
    Map<String, Object> entry = [step: (Object) call.name, arguments: shown(call.named ?: call.single)]
    calls << entry
    Object given = known[call.name].call(call)
    if (call.name in ['archiveArtifacts', 'junit']) entry.files = given
    return given
  }

  void log(String text) {
    String masked = text
    secrets.each { masked = masked.replace(it, '****') }
    output << masked << '\n'
  }

  String text() {
    output.toString()
  }

  // --- internal ---

  /** As the durable task plugin: the text becomes a file, run with -xe. */
  private Object sh(StepCall call) {
    File script = File.createTempFile('script', '.sh')
    script.setText(call.argument('script') as String, 'UTF-8')
    ProcessBuilder builder = new ProcessBuilder('sh', '-xe', script.path).directory(folder)
    builder.environment().clear()
    builder.environment().putAll(build.environment.all())
    Process process = builder.start()
    process.outputStream.close()
    StringBuilder stdout = new StringBuilder()
    Thread errors = Thread.start { process.errorStream.eachLine('UTF-8') { String line -> synchronized (output) { log(line) } } }
    process.inputStream.eachLine('UTF-8') { String line ->
      if (call.flag('returnStdout')) stdout << line << '\n'
      else synchronized (output) { log(line) }
    }
    int status = process.waitFor()
    errors.join()
    script.delete()
    if (call.flag('returnStatus')) return status
    if (status != 0) throw new StepFailed("script returned exit code ${status}")
    return call.flag('returnStdout') ? stdout.toString() : null
  }

  private Object within(String path, Closure block) {
    File outer = folder
    folder = new File(outer, path)
    folder.mkdirs()
    try {
      return build.inside(block)
    } finally {
      folder = outer
    }
  }

  /** As the step: the branch is checked out, with a key that it must have. */
  private Object git(StepCall call) {
    if (credentials[call.named.credentialsId as String] == null) throw new StepFailed("Could not find credentials entry with ID '${call.named.credentialsId}'")
    List<String> command = ['git', 'clone', '--quiet', '--branch', call.named.branch as String, call.named.url as String, folder.path]
    if (new ProcessBuilder(command).inheritIO().redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() != 0) throw new StepFailed("Error cloning ${call.named.url}")
    return null
  }

  private Object caught(Closure block) {
    try {
      return build.inside(block)
    } catch (StepFailed failure) {
      log("ERROR: ${failure.message}")
      build.run.fail(failure)
    }
    return null
  }

  private Object withCredentials(List<Map> bindings, Closure block) {
    Map<String, String> layer = [:]
    bindings.each { Map binding ->
      String secret = credentials[binding.credentialsId as String]
      if (secret == null) throw new StepFailed("Could not find credentials entry with ID '${binding.credentialsId}'")
      // `name:password` is of the kind with a name, as that of a GitHub App; the plugin takes no kind for the other.
      List<String> parts = secret.split(':', 2) as List
      boolean isPair = binding.passwordVariable != null
      if (isPair != (parts.size() == 2)) throw new StepFailed("Credentials '${binding.credentialsId}' is of another type")
      secrets << parts.last()
      if (isPair) layer[binding.usernameVariable as String] = parts.first()
      layer[(isPair ? binding.passwordVariable : binding.variable) as String] = parts.last()
    }
    return build.environment.within(layer) { build.inside(block) }
  }

  private static Map<String, String> pairs(List overrides) {
    overrides.collectEntries { Object pair ->
      String text = pair.toString()
      int at = text.indexOf('=')
      if (at < 0) throw new IllegalArgumentException(text)
      [(text.substring(0, at)): text.substring(at + 1)]
    } as Map<String, String>
  }

  private File file(StepCall call) {
    String path = call.argument('file') as String
    return path.startsWith('/') ? new File(path) : new File(folder, path)
  }

  private static Object write(File file, String text) {
    file.parentFile.mkdirs()
    file.setText(text, 'UTF-8')
    return null
  }

  private List<String> matching(String pattern) {
    Path root = folder.toPath()
    def matcher = FileSystems.default.getPathMatcher("glob:${pattern}")
    List<String> found = []
    Files.walk(root).forEach { Path path -> if (Files.isRegularFile(path) && matcher.matches(root.relativize(path))) found << root.relativize(path).toString() }
    return found.sort()
  }

  /** Arguments as plain data, long texts cut: the bundle is not worth repeating. */
  private static Object shown(Object value) {
    if (value instanceof Map) return ((Map) value).collectEntries { key, one -> [(key.toString()): shown(one)] }
    if (value instanceof List) return ((List) value).collect { shown(it) }
    if (value == null || value instanceof Boolean || value instanceof Number) return value
    String text = value.toString()
    return text.size() > 20000 ? text.substring(0, 20000) : text
  }
}
