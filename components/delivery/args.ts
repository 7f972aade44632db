import type * as pulumi from "@pulumi/pulumi";
import type { RolloutSettings } from "../../settings/mesh/delivery";
import type { MeshSettings } from "../../settings/schema";
import type { Environment } from "../../settings/shared/environments";

/** Settings of a controller of the stack's own. */
export type InstalledController = Extract<RolloutSettings["controller"], { type: "install" }>;

/** Arguments of {@link Delivery}. */
export interface DeliveryArgs {
    /** What the stack's name decides. */
    readonly environment: Environment;
    /** Namespace of the mesh, which the controller runs in and watches. */
    readonly namespace: pulumi.Input<string>;
    /** The controller. */
    readonly controller: InstalledController;
    /** Services whose selectors the controller switches; none with canaries. */
    readonly switched: readonly string[];
    /** NetworkPolicies of the mesh, whose ways to DNS and the API server the controller shares. */
    readonly networkPolicy: MeshSettings["networkPolicy"];
    /** Where the controller asks Prometheus; `undefined` without an analysis. */
    readonly prometheus: PrometheusAddress | undefined;
}

/** How a Prometheus is reached. */
export interface PrometheusAddress {
    /** URL, e.g. `http://prometheus-kube-prometheus-prometheus.monitoring.svc:9090`. */
    readonly url: string;
    /** Namespace of this stack's own Prometheus; `undefined` for another one, which may be anywhere. */
    readonly namespace?: string;
}
