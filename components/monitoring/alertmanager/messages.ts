/** `ALERT in namespace (cluster)`; a group holds one alert name of one namespace. */
export const TITLE =
    "{{ .Status | toUpper }} {{ .CommonLabels.alertname }}" +
    "{{ with .CommonLabels.namespace }} in {{ . }}{{ end }}{{ with .CommonLabels.cluster }} ({{ . }}){{ end }}";

/** What is wrong in one sentence, for a pager. */
export const SUMMARY = "{{ with .CommonAnnotations.summary }}{{ . }}{{ else }}{{ .CommonLabels.alertname }}{{ end }}";

/** Severity in PagerDuty's words, which has no `none`. */
export const PAGER_SEVERITY =
    '{{ if or (eq .CommonLabels.severity "critical") (eq .CommonLabels.severity "warning") ' +
    '(eq .CommonLabels.severity "info") }}{{ .CommonLabels.severity }}{{ else }}error{{ end }}';

/** Address of the runbook; empty when alerts of the group have different ones. */
export const RUNBOOK = "{{ .CommonAnnotations.runbook_url }}";

/** An alert's runbook: a link where it is a web address, else its path, which no chat can open. */
const runbook = (link: string) =>
    `{{ with .Annotations.runbook_url }} {{ if match "^https?://" . }}${link}{{ else }}{{ . }}{{ end }}{{ end }}`;

/** One line for each alert, with its runbook as a link in Slack's notation. */
export const SLACK_TEXT =
    "{{ range .Alerts }}• {{ with .Annotations.summary }}{{ . }}{{ else }}{{ .Labels.alertname }}{{ end }}" +
    `${runbook("<{{ . }}|runbook>")}\n{{ end }}`;

/** The same for Telegram, in the HTML subset that it supports. */
export const TELEGRAM_TEXT =
    `<b>${TITLE}</b>\n` +
    "{{ range .Alerts }}{{ with .Annotations.summary }}{{ . }}{{ else }}{{ .Labels.alertname }}{{ end }}" +
    `${runbook('<a href="{{ . }}">runbook</a>')}\n{{ end }}`;
