import groovy.json.JsonOutput
import groovy.json.JsonSlurperClassic

// One request a line, one answer a line. The answers have standard output for themselves.
PrintStream answers = System.out
System.out = System.err
System.in.eachLine('UTF-8') { String line ->
  Map request = new JsonSlurperClassic().parseText(line) as Map
  Map answer
  try {
    answer = new Build(request).perform(request.jenkinsfile as String)
  } catch (Throwable failure) {
    StringWriter trace = new StringWriter()
    failure.printStackTrace(new PrintWriter(trace))
    answer = [broken: trace.toString()]
  }
  answers.println(JsonOutput.toJson(answer))
  answers.flush()
}
