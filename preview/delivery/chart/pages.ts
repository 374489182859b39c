import { meaningOf } from "./meanings";
import type { ChartValues } from "./values";

/** `templates/NOTES.txt`: what `helm install` says at its end. */
export function notes(system: string): string {
  return `${system} of {{ .Values.environment }} is deployed, as release {{ .Release.Name }}.

Wait for it:
  kubectl --namespace ${system} wait deployment --all --for condition=Available --timeout 10m
{{- if .Values.domain }}

It is served at https://{{ .Values.domain }}
{{- end }}
`;
}

/** `README.md` of the chart: how to install it, and all that may be set. */
export function readme(system: string, values: ChartValues, stacks: readonly string[]): string {
  const rows = values.all().map(({ path, askedIn }) => {
    const { text } = meaningOf(path);
    const asked = askedIn.size === 0 ? "" : [...askedIn].join(", ");
    return `| \`${path.join(".")}\` | ${text} | ${asked} |`;
  });
  const [stack = "prod"] = [...stacks].reverse();
  return `# ${system}

Made by \`npm run chart\` of what the program registers; make it anew rather than change it.

\`\`\`sh
helm upgrade --install ${system} . --namespace ${system} --values values-${stack}.yaml --values own-${stack}.yaml
\`\`\`

\`own-${stack}.yaml\` is yours: it gives what is asked for below, which only an update of the platform makes.

Migrations are done before anything else of an upgrade, by Helm's hook; what they ran on is left by \`helm uninstall\`, and so are
ConfigMaps of the services: \`kubectl --namespace ${system} delete job,configmap --selector app.kubernetes.io/part-of=${system}\`.

| value | what it is | asked for in |
| --- | --- | --- |
${rows.join("\n")}
`;
}
