/** `ALERT in namespace (cluster)`; a group holds one alert name of one namespace. */
export const TITLE =
    "{{ .Status | toUpper }} {{ .CommonLabels.alertname }}" +
    "{{ with .CommonLabels.namespace }} in {{ . }}{{ end }}{{ with .CommonLabels.cluster }} ({{ . }}){{ end }}";

/** One-sentence summary of the problem, for PagerDuty. */
export const SUMMARY = "{{ with .CommonAnnotations.summary }}{{ . }}{{ else }}{{ .CommonLabels.alertname }}{{ end }}";

/** Severity in PagerDuty's terms, which have no `none`. */
export const PAGER_SEVERITY =
    '{{ if or (eq .CommonLabels.severity "critical") (eq .CommonLabels.severity "warning") ' +
    '(eq .CommonLabels.severity "info") }}{{ .CommonLabels.severity }}{{ else }}error{{ end }}';

/** URL of the runbook; empty if the alerts of the group have different runbooks. */
export const RUNBOOK = "{{ .CommonAnnotations.runbook_url }}";

/** An alert's runbook: a link if it is a web address, otherwise its path as text, which a chat cannot open. */
const runbook = (link: string) =>
    `{{ with .Annotations.runbook_url }} {{ if match "^https?://" . }}${link}{{ else }}{{ . }}{{ end }}{{ end }}`;

/** One line for each alert, with its runbook as a link in Slack's notation. */
export const SLACK_TEXT =
    "{{ range .Alerts }}• {{ with .Annotations.summary }}{{ . }}{{ else }}{{ .Labels.alertname }}{{ end }}" +
    `${runbook("<{{ . }}|runbook>")}\n{{ end }}`;

/** One line for each alert, with its runbook as a link, in the HTML subset that Telegram supports. */
export const TELEGRAM_TEXT =
    `<b>${TITLE}</b>\n` +
    "{{ range .Alerts }}{{ with .Annotations.summary }}{{ . }}{{ else }}{{ .Labels.alertname }}{{ end }}" +
    `${runbook('<a href="{{ . }}">runbook</a>')}\n{{ end }}`;
