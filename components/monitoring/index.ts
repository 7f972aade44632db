import * as pulumi from "@pulumi/pulumi";
import { recorded } from "../mesh/args";
import { type MonitoringArgs, type MonitoringPlace, withFirst } from "./args";
import { deployDashboards } from "./dashboards";
import { deployRules } from "./deployRules";
import { grafanaAccess } from "./grafana/access";
import { deployEmptyHome, deployHome } from "./home";
import { partLabels } from "./labels";
import { RELEASE } from "./names";
import { deployRelease } from "./release";
import { deployMonitors } from "./serviceMonitors";

export type { MonitoringArgs } from "./args";

/** What the operator's part provides to the other parts. */
interface Deployed {
    readonly place: MonitoringPlace;
    readonly grafanaPassword?: pulumi.Output<string>;
}

/** Monitoring: Prometheus, Alertmanager and Grafana, which monitor the mesh, SPIRE and the cluster. */
export class Monitoring extends pulumi.ComponentResource {
    /** Namespace of Prometheus, its rules and dashboards. */
    public readonly namespace: string;
    /** Password of Grafana's user `admin` as a secret output; `undefined` if this program does not know it. */
    public readonly grafanaPassword: pulumi.Output<string> | undefined;

    constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
        const { after, ...inputs } = args;
        super("x0tta6bl4:monitoring:Monitoring", name, { ...inputs, mesh: recorded(args.mesh) }, opts);
        const { place, grafanaPassword } = this.deployOperator(name, args);
        deployMonitors(args, place);
        deployRules(args, withFirst(place, after));
        if (args.settings.dashboards) {
            deployDashboards(args, place);
        }

        this.namespace = place.namespace;
        this.grafanaPassword = grafanaPassword;
        this.registerOutputs({ namespace: this.namespace, grafanaPassword });
    }

    /**
     * Creates the chart's release and its environment. If the Prometheus Operator is managed elsewhere, at most the
     * namespace.
     */
    private deployOperator(name: string, args: MonitoringArgs): Deployed {
        const { chart, namespace } = args.settings;
        if (chart.type === "existing") {
            const dependsOn = chart.createNamespace ? deployEmptyHome(args, name, this) : [];
            return { place: { name, namespace, selectedBy: chart.labels, opts: { parent: this, dependsOn } } };
        }
        const home = deployHome(args, name, this);
        const grafana = grafanaAccess(
            {
                name,
                namespace,
                labels: partLabels(args, "grafana"),
                settings: args.settings.grafana,
                configuredPassword: args.grafanaPassword,
            },
            { parent: this, dependsOn: home },
        );
        const release = deployRelease(args, chart, name, {
            parent: this,
            dependsOn: [...home, ...grafana.resources],
        });
        // The API server serves the operator's kinds only after the chart's CRDs are installed.
        const opts = { parent: this, dependsOn: [release] };
        return {
            place: { name, namespace, selectedBy: { release: RELEASE }, opts },
            grafanaPassword: grafana.password,
        };
    }
}
