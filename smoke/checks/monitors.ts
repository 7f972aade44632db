import { type Check } from "../check";
import { judge, skipped, type Difference } from "../outcome";
import { judging } from "../cluster/lookup";
import { same, sameMembers } from "../compare";

const TOPIC = "Monitoring";

/** Skips a check if monitoring is disabled. */
function whereMade(check: Check): Check {
    return {
        ...check,
        run: (snapshot, expected) =>
            expected.monitoring.settings.enabled
                ? check.run(snapshot, expected)
                : skipped("monitoring is off (monitoring.enabled)"),
    };
}

const CHECKS: readonly Check[] = [
    {
        topic: TOPIC,
        name: "ServiceMonitor finds the metrics Service alone",
        look: "get servicemonitors --output yaml",
        run: ({ monitors, services }, { mesh, names }) =>
            mesh.metrics.enabled
                ? judging(monitors.mesh, ({ matchLabels }) =>
                      judging(services, (all) =>
                          judge(
                              sameMembers(
                                  "Services",
                                  [names.metricsService],
                                  all
                                      .filter(({ metadata }) =>
                                          Object.entries(matchLabels).every(
                                              ([label, value]) => metadata?.labels?.[label] === value,
                                          ),
                                      )
                                      .map(({ metadata }) => metadata?.name ?? ""),
                              ),
                              names.metricsService,
                          ),
                      ),
                  )
                : skipped("the mesh's metrics are off (mesh.metrics.enabled)"),
    },
    {
        topic: TOPIC,
        name: "PodMonitors of SPIRE",
        look: "get podmonitors --all-namespaces",
        run: ({ monitors }, { spire }) =>
            spire.enabled
                ? judge(
                      monitors.spire.flatMap((monitor): Difference[] =>
                          monitor.ok ? [] : same(monitor.reason, "there", "missing"),
                      ),
                      `${monitors.spire.length}`,
                  )
                : skipped("SPIRE of this cluster is another stack's (spire.enabled)"),
    },
    {
        topic: TOPIC,
        name: "dashboards",
        look: "get configmaps --all-namespaces --selector grafana_dashboard=1",
        run: ({ monitors }, { monitoring }) =>
            monitoring.dashboards.length === 0
                ? skipped("another stack creates them (monitoring.dashboards)")
                : judging(monitors.dashboards, (names) =>
                      judge(
                          monitoring.dashboards.flatMap((name) => same(name, true, names.includes(name))),
                          `${monitoring.dashboards.length}`,
                      ),
                  ),
    },
];

/** Checks of monitors, rules and dashboards. */
export const MONITOR_CHECKS: readonly Check[] = CHECKS.map(whereMade);
