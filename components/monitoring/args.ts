import type * as pulumi from "@pulumi/pulumi";
import type { ResolvedMeshSettings, ResolvedSpireSettings } from "../../settings";
import type { Environment } from "../../settings/shared/environments";
import type { MonitoringSettings } from "../../settings/schema";

/** Arguments of {@link Monitoring}: plain values but for targets and password, since they decide which objects exist. */
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
    /**
     * What must be there before the rules change: the mesh, in the update that replaces its Deployment by a Rollout or the
     * other way. Its alerts count the pods of the old kind until those of the new one are there. Default: nothing.
     */
    readonly after?: readonly pulumi.Resource[];
    /** Namespaces with something to scrape, known once they are there. */
    readonly targets: Targets;
}

/** Namespaces that monitors are put into, each beside what it lets Prometheus scrape. */
export interface Targets {
    /** Namespace of the mesh. */
    readonly meshNamespace: pulumi.Input<string>;
    /** Namespaces of SPIRE; `undefined` where SPIRE is not this stack's. */
    readonly spire?: { readonly serverNamespace: pulumi.Input<string>; readonly systemNamespace: pulumi.Input<string> };
}

/** Where and after what the objects that use the operator's kinds are made. */
export interface MonitoringPlace {
    /** Logical name that all resources start with. */
    readonly name: string;
    /** Namespace of rules and dashboards; known without any resource. */
    readonly namespace: string;
    /** Labels by which Prometheus selects ServiceMonitors and rules. */
    readonly selectedBy: Readonly<Record<string, string>>;
    /** Options of each resource: the parent, and what must be there first. */
    readonly opts: Omit<pulumi.CustomResourceOptions, "dependsOn"> & { readonly dependsOn: pulumi.Resource[] };
}

/** A place in which objects are made after further resources. */
export function withFirst(place: MonitoringPlace, after: readonly pulumi.Resource[] = []): MonitoringPlace {
    return { ...place, opts: { ...place.opts, dependsOn: [...place.opts.dependsOn, ...after] } };
}
