import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import { type DashboardLink, DashboardLinkBuilder, DashboardLinkType } from "@grafana/grafana-foundation-sdk/dashboard";

/** Returns the URL of an alert's runbook. */
export type RunbookUrl = (alert: string) => string;

/** Links at the top of a dashboard: to all other dashboards of this program, keeping the time range and variables. */
export function dashboardLinks(tag: string): Builder<DashboardLink>[] {
    return [
        visible(
            new DashboardLinkBuilder("More dashboards")
                .type(DashboardLinkType.Dashboards)
                .tags([tag])
                .icon("external link")
                .asDropdown(true)
                .includeVars(true)
                .keepTime(true),
        ),
    ];
}

/** URLs of runbooks below a base URL. */
export function runbooksIn(baseUrl: string): RunbookUrl {
    return (alert) => `${baseUrl.replace(/\/+$/, "")}/${alert}.md`;
}

/**
 * Links of a panel to the runbooks of alerts; empty if the runbook location is a relative path, which would resolve to
 * Grafana's own URL.
 */
export function runbookLinks(alerts: readonly string[], runbookUrl: RunbookUrl): Builder<DashboardLink>[] {
    return alerts
        .filter((alert) => isUrl(runbookUrl(alert)))
        .map((alert) =>
            visible(
                new DashboardLinkBuilder(`Runbook: ${alert}`)
                    .type(DashboardLinkType.Link)
                    .url(runbookUrl(alert))
                    .targetBlank(true),
            ),
        );
}

/** Sentence in a panel's description about runbooks that it cannot link to. */
export function runbookNote(alerts: readonly string[], runbookUrl: RunbookUrl): string {
    const paths = alerts.map(runbookUrl).filter((address) => !isUrl(address));
    return paths.length === 0 ? "" : ` Runbook: ${paths.join(", ")}.`;
}

function isUrl(address: string): boolean {
    return /^https?:\/\//.test(address);
}

/** Shows a link directly on the dashboard: the SDK's default puts it into a menu. */
function visible(link: DashboardLinkBuilder): Builder<DashboardLink> {
    return { build: () => ({ ...link.build(), placement: undefined }) };
}
