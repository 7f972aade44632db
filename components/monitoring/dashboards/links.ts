import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import { type DashboardLink, DashboardLinkBuilder, DashboardLinkType } from "@grafana/grafana-foundation-sdk/dashboard";

/** Address of the runbook of an alert. */
export type RunbookUrl = (alert: string) => string;

/** Links at the top of a dashboard: to all others here, keeping time and choices. */
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

/** Addresses of runbooks in a folder. */
export function runbooksIn(baseUrl: string): RunbookUrl {
    return (alert) => `${baseUrl.replace(/\/+$/, "")}/${alert}.md`;
}

/** Links of a panel to the runbooks of alerts; none where they are at a mere path, which would lead into Grafana. */
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

/** What a panel's description says of runbooks that it cannot link to. */
export function runbookNote(alerts: readonly string[], runbookUrl: RunbookUrl): string {
    const paths = alerts.map(runbookUrl).filter((address) => !isUrl(address));
    return paths.length === 0 ? "" : ` Runbook: ${paths.join(", ")}.`;
}

function isUrl(address: string): boolean {
    return /^https?:\/\//.test(address);
}

/** The same link where people see it: the SDK's default puts it into a menu. */
function visible(link: DashboardLinkBuilder): Builder<DashboardLink> {
    return { build: () => ({ ...link.build(), placement: undefined }) };
}
