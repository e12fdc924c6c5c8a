/** A Deployment of one container, as manifests and templates of charts have it. */
export function deploymentOf(name: string, image: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  selector: { matchLabels: { app: ${name.startsWith('{') ? `"${name}"` : name} } }
  template:
    metadata: { labels: { app: ${name.startsWith('{') ? `"${name}"` : name} } }
    spec:
      containers:
        - name: server
          image: ${image}
`
}
