import * as pulumi from "@pulumi/pulumi";
import type { MonitoringArgs, Place } from "./args";
import { deployDashboards } from "./dashboards";
import { deployRules } from "./deployRules";
import { deployEmptyHome, deployHome } from "./home";
import { RELEASE } from "./names";
import { deployRelease } from "./release";
import { deployMonitors } from "./serviceMonitors";

export type { MonitoringArgs } from "./args";

/** Monitoring: Prometheus, Alertmanager and Grafana that watch the mesh, SPIRE and the cluster. */
export class Monitoring extends pulumi.ComponentResource {
    /** Namespace of Prometheus, its rules and dashboards. */
    public readonly namespace: string;

    constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
        super("x0tta6bl4:monitoring:Monitoring", name, args, opts);
        const place = this.deployOperator(name, args);
        deployMonitors(args, place);
        deployRules(args, place);
        deployDashboards(args, place);

        this.namespace = place.namespace;
        this.registerOutputs({ namespace: this.namespace });
    }

    /** The chart with what it lives in; nothing where the cluster's operator is somebody else's. */
    private deployOperator(name: string, args: MonitoringArgs): Place {
        const { chart, namespace } = args.settings;
        if (chart.type === "existing") {
            const dependsOn = chart.createNamespace ? deployEmptyHome(args, name, this) : [];
            return { name, namespace, selectedBy: chart.labels, opts: { parent: this, dependsOn } };
        }
        const home = deployHome(args, name, this);
        const release = deployRelease(args, chart, name, { parent: this, dependsOn: home });
        // The API server knows the operator's kinds only once the chart's CRDs are there.
        return { name, namespace, selectedBy: { release: RELEASE }, opts: { parent: this, dependsOn: release } };
    }
}
