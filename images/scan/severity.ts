/** Severities of vulnerabilities from the least to the greatest. `unknown` comes first: nothing is known to be bad. */
export const SEVERITIES = ["unknown", "negligible", "low", "medium", "high", "critical"] as const;

/** How bad a vulnerability is, in the words of both scanners. */
export type VulnerabilitySeverity = (typeof SEVERITIES)[number];

/** Severity as a scanner spells it; `unknown` for any other word. */
export function severityOf(word: string | undefined): VulnerabilitySeverity {
    return SEVERITIES.find((known) => known === word?.toLowerCase()) ?? "unknown";
}

/** Whether a severity is at least another. */
export function atLeast(severity: VulnerabilitySeverity, least: VulnerabilitySeverity): boolean {
    return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least);
}
