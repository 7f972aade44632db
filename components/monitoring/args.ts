import type * as pulumi from "@pulumi/pulumi";
import type { ResolvedMeshSettings, ResolvedSpireSettings } from "../../settings";
import type { Environment } from "../../settings/environments";
import type { MonitoringSettings } from "../../settings/schema";

/** Arguments of {@link Monitoring}: plain values but for the password, since they decide which objects exist. */
export interface MonitoringArgs {
    /** What the stack's name decides. */
    readonly environment: Environment;
    /** Settings of monitoring. */
    readonly settings: MonitoringSettings;
    /** Settings of the mesh app, which is watched. */
    readonly mesh: ResolvedMeshSettings;
    /** Settings of SPIRE, which is watched where this stack makes it. */
    readonly spire: ResolvedSpireSettings;
    /** Grafana's password where `grafana.password.type` is `config`. */
    readonly grafanaPassword?: pulumi.Output<string>;
}

/** Where and after what the objects that use the operator's kinds are made. */
export interface Place {
    /** Logical name that all resources start with. */
    readonly name: string;
    /** Namespace of rules, dashboards and ServiceMonitors; known without any resource. */
    readonly namespace: string;
    /** Labels by which Prometheus selects ServiceMonitors and rules. */
    readonly selectedBy: Readonly<Record<string, string>>;
    /** Options of each resource: the parent, and what must be there first. */
    readonly opts: pulumi.CustomResourceOptions;
}
