import type { ResolvedSpireSettings } from "../../settings";
import type { Environment } from "../../settings/shared/environments";
import type { Labels } from "../shared/labels";

/** Sub-resource of nodes that lets an agent list its node's pods at the kubelet. */
export type KubeletApi = "nodes/pods" | "nodes/proxy";

/** Arguments of {@link Spire}: plain values, since they decide which objects exist. */
export interface SpireArgs {
    /** What the stack's name decides. */
    readonly environment: Environment;
    /** Settings of SPIRE. */
    readonly settings: ResolvedSpireSettings;
    /** Pods of the mesh app, which get an identity. */
    readonly mesh: {
        readonly namespace: string;
        readonly serviceAccount: string;
        readonly podLabels: Labels;
        /** Whether they may call the server, too, and not only their node's agent. */
        readonly callsServer: boolean;
        /** Whether the proxies of a service mesh take their certificates from the agents. Default: false. */
        readonly certifiesProxies?: true;
    };
    /** Permission that the agents get; the cluster's version decides. */
    readonly kubeletApi: KubeletApi;
}
