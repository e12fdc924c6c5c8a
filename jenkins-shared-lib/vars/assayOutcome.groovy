/** What the build shows of a command that has ended: description, tests, check and result. */
Map call(String command, int status, String folder, String output) {
  String said = fileExists("${folder}/outcome.txt") ? readFile(file: "${folder}/outcome.txt", encoding: 'UTF-8') : ''
  String[] lines = (said ?: "\nassay ${command} ended with exit code ${status}").split('\n')
  String verdict = lines[0]
  String headline = lines[1]
  // The same text with either of Jenkins' formatters: one shows HTML as HTML, the other shows entities as they are.
  String line = headline.replace('<', '\u2039').replace('>', '\u203a')
  String before = currentBuild.description ?: ''
  if (!before.contains(line)) currentBuild.description = before ? "${before} \u00b7 ${line}" : line
  if (output) assayOptional('junit', 'No test report in Jenkins') {
    junit(testResults: "${output}/*/junit.xml", allowEmptyResults: true, skipPublishingChecks: true, skipMarkingBuildUnstable: true)
  }
  String summary = fileExists("${folder}/summary.md") ? readFile(file: "${folder}/summary.md", encoding: 'UTF-8') : ''
  // Where Assay has written the check itself, a second one would only be noise.
  if (summary.contains('- No check: ')) assayOptional('checks-api', 'No check from Jenkins either') {
    Map conclusions = [pass: 'SUCCESS', skipped: 'SKIPPED']
    publishChecks(name: 'Assay', title: headline, summary: summary, conclusion: status == 0 ? conclusions[verdict] ?: 'NEUTRAL' : 'FAILURE')
    echo 'The check was handed to the Checks API plugin, which shows it where the branch source is a GitHub App and says nothing where it is not.'
  }
  if (status != 0) error(lines.size() > 2 ? "${headline}. ${lines[2]}" : headline)
  if (verdict && !(verdict in ['pass', 'skipped'])) unstable(headline)
  return [exitCode: status, verdict: verdict, headline: headline]
}
