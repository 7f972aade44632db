import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import type { MonitoringArgs, MonitoringPlace } from "./args";
import { partLabels } from "./labels";
import { ruleContext, ruleFile, ruleGroups } from "./rules";

/**
 * Creates a PrometheusRule for each group. They are created in Prometheus's namespace, not the mesh's: permission to
 * change the mesh does not include permission to silence its alerts.
 */
export function deployRules(args: MonitoringArgs, place: MonitoringPlace): CustomResource[] {
    const context = ruleContext(args);
    return ruleGroups(context).map(
        (group) =>
            new CustomResource(
                `${place.name}-rules-${group.name}`,
                {
                    apiVersion: "monitoring.coreos.com/v1",
                    kind: "PrometheusRule",
                    metadata: {
                        name: `${args.environment.prefix}x0tta6bl4-${group.name}`,
                        namespace: place.namespace,
                        labels: { ...partLabels(args, "x0tta6bl4-rules"), ...place.selectedBy },
                    },
                    spec: ruleFile([group], context.settings.runbookBaseUrl),
                },
                place.opts,
            ),
    );
}
