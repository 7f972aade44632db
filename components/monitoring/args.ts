import type * as pulumi from "@pulumi/pulumi";
import type { ResolvedMeshSettings, ResolvedSpireSettings } from "../../settings";
import type { Environment } from "../../settings/shared/environments";
import type { MonitoringSettings } from "../../settings/schema";

/**
 * Arguments of {@link Monitoring}: plain values except for targets and password, because they determine which objects
 * exist.
 */
export interface MonitoringArgs {
    /** Names that depend on the stack. */
    readonly environment: Environment;
    /** Settings of monitoring. */
    readonly settings: MonitoringSettings;
    /** Settings of the mesh app, which is monitored. */
    readonly mesh: ResolvedMeshSettings;
    /** Settings of SPIRE, which is monitored if this stack creates it. */
    readonly spire: ResolvedSpireSettings;
    /** Grafana's password if `grafana.password.type` is `config`. */
    readonly grafanaPassword?: pulumi.Output<string>;
    /**
     * What must be there before the rules change: the mesh, in the update that replaces its Deployment by a Rollout or the
     * other way. Its alerts count the pods of the old kind until those of the new one are there. Default: nothing.
     */
    readonly after?: readonly pulumi.Resource[];
    /** Namespaces with scrape targets, known once they are created. */
    readonly targets: Targets;
}

/** Namespaces of the ServiceMonitors and PodMonitors, each next to its scrape targets. */
export interface Targets {
    /** Namespace of the mesh. */
    readonly meshNamespace: pulumi.Input<string>;
    /** Namespaces of SPIRE; `undefined` if this stack does not create SPIRE. */
    readonly spire?: { readonly serverNamespace: pulumi.Input<string>; readonly systemNamespace: pulumi.Input<string> };
}

/** Context in which custom resources of the Prometheus Operator are created. */
export interface MonitoringPlace {
    /** Prefix of the logical names of all resources. */
    readonly name: string;
    /** Namespace of rules and dashboards; known before any resource is created. */
    readonly namespace: string;
    /** Labels by which Prometheus selects ServiceMonitors, PodMonitors and rules. */
    readonly selectedBy: Readonly<Record<string, string>>;
    /** Options of each resource: its parent and its dependencies. */
    readonly opts: Omit<pulumi.CustomResourceOptions, "dependsOn"> & { readonly dependsOn: pulumi.Resource[] };
}

/** A place in which objects are made after further resources. */
export function withFirst(place: MonitoringPlace, after: readonly pulumi.Resource[] = []): MonitoringPlace {
    return { ...place, opts: { ...place.opts, dependsOn: [...place.opts.dependsOn, ...after] } };
}
