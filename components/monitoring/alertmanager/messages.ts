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

/** One line for each alert, with its runbook as a link in Slack's notation. */
export const SLACK_TEXT =
    "{{ range .Alerts }}• {{ with .Annotations.summary }}{{ . }}{{ else }}{{ .Labels.alertname }}{{ end }}" +
    "{{ with .Annotations.runbook_url }} <{{ . }}|runbook>{{ end }}\n{{ end }}";

/** The same for Telegram, in the HTML that it knows. */
export const TELEGRAM_TEXT =
    `<b>${TITLE}</b>\n` +
    "{{ range .Alerts }}{{ with .Annotations.summary }}{{ . }}{{ else }}{{ .Labels.alertname }}{{ end }}" +
    '{{ with .Annotations.runbook_url }} <a href="{{ . }}">runbook</a>{{ end }}\n{{ end }}';
